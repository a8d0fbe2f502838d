package orzo.read;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this node has processed and perhaps not yet flushed. */
public interface Tails {
  /**
   * Waits until everything that this node had appended to the sack before this call is processed,
   * if this node owns the sack; returns at once if it does not.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when that takes too
   *     long
   */
  void catchUp(int sack);

  /**
   * Copies what is held of some series in {@code [fromMillis, toMillis]}. Whatever of them is not
   * in the copy is in the split store already, so read that afterwards; samples may be in both, and
   * where they differ the copy is right.
   *
   * @return in the order of {@code series}; null where nothing is held
   */
  List<@Nullable Tail> copy(int sack, int[] series, long fromMillis, long toMillis);

  /**
   * What {@link #copy} gives after {@link #catchUp}, if that would return at once; empty, without
   * waiting, if it would not.
   */
  Optional<List<@Nullable Tail>> copyAtHand(int sack, int[] series, long fromMillis, long toMillis);
}
