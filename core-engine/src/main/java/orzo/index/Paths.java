package orzo.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * The dotted paths of series that came under another name than they have now, by ordinal; all other
 * series have their name for a path. They are asked one by one: paths are looked for rarely, and an
 * entry of a map for each would cost several times what the paths do. Not safe for many threads.
 */
final class Paths {
  private static final char TAGS = ';'; // begins what follows the path, as Graphite writes it

  private byte[] @Nullable [] paths = new byte[0][];
  private final RoaringBitmap stated = new RoaringBitmap();

  /** Sets the path of an ordinal that has none yet; tags behind it are left out. */
  void set(int ordinal, String path) {
    if (stated.contains(ordinal)) {
      return;
    }
    if (ordinal >= paths.length) {
      paths = Arrays.copyOf(paths, Math.max(ordinal + 1, paths.length + (paths.length >> 1)));
    }
    int tags = path.indexOf(TAGS);
    paths[ordinal] = (tags < 0 ? path : path.substring(0, tags)).getBytes(UTF_8);
    stated.add(ordinal);
  }

  /** Forgets the path of an ordinal, if it has one. */
  void remove(int ordinal) {
    if (stated.checkedRemove(ordinal)) {
      paths[ordinal] = null;
    }
  }

  /**
   * Takes those out of {@code selected} whose path does not satisfy a matcher.
   *
   * @param named the ordinals whose name satisfies it
   */
  void retain(RoaringBitmap selected, RoaringBitmap named, Matcher matcher) {
    RoaringBitmap kept = RoaringBitmap.and(selected, stated);
    RoaringBitmap wrong = new RoaringBitmap();
    byte[] exact = matcher.isExactPath() ? matcher.value().getBytes(UTF_8) : null;
    kept.forEach((int ordinal) -> {
      byte[] path = requireNonNull(paths[ordinal], "path");
      if (!(exact != null ? Arrays.equals(path, exact) : matcher.matches(text(path)))) {
        wrong.add(ordinal);
      }
    });
    kept.andNot(wrong);
    selected.and(named);
    selected.andNot(stated);
    selected.or(kept);
  }

  /** Gives the paths of those of {@code selected} that have one, and takes them out of it. */
  void takeOut(RoaringBitmap selected, Consumer<String> consumer) {
    RoaringBitmap found = RoaringBitmap.and(selected, stated);
    found.forEach((int ordinal) -> consumer.accept(text(requireNonNull(paths[ordinal], "path"))));
    selected.andNot(found);
  }

  private static String text(byte[] path) {
    return new String(path, UTF_8);
  }
}
