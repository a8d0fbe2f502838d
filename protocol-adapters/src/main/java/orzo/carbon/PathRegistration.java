package orzo.carbon;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import orzo.intake.Intake;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.mapping.Mapped;
import orzo.mapping.Mapping;
import orzo.metric.Tenant;

/**
 * Finds out what unknown paths stand for, and registers those that stand for a series. It can be
 * tried again after a failure. For one thread.
 */
final class PathRegistration {
  /** Series to register in one call. */
  private static final int SLICE = 10_000;

  /**
   * What a registration found.
   *
   * @param refs by sample: the series, or a refusal, see {@link CachedRef}
   * @param firstFault names what is wrong with the first path that is refused; empty if none is
   */
  record Result(long[] refs, String firstFault) {}

  private final Intake intake;
  private final Mapping mapping;
  private final Tenant tenant;
  private final UnknownPaths paths;

  PathRegistration(Intake intake, Mapping mapping, Tenant tenant, UnknownPaths paths) {
    this.intake = intake;
    this.mapping = mapping;
    this.tenant = tenant;
    this.paths = paths;
  }

  /** The samples whose paths are to be registered. */
  UnknownPaths paths() {
    return paths;
  }

  /**
   * Maps and registers. Blocks.
   *
   * @throws orzo.storage.GatewayException when storage is away or full
   */
  Result run() {
    Map<String, Integer> numbers = new HashMap<>(); // by path, in the order of first sight
    int[] numberOf = new int[paths.size()]; // by sample; negative if it is no text
    for (int i = 0; i < numberOf.length; i++) {
      numberOf[i] = number(numbers, i);
    }
    long[] refs = new long[numbers.size()];
    List<Registration> registrations = new ArrayList<>();
    int[] places = new int[refs.length]; // by registration: its path's number
    String firstFault = "";
    for (Map.Entry<String, Integer> path : numbers.entrySet()) {
      int number = path.getValue();
      switch (TaggedPath.map(path.getKey(), mapping)) {
        case Mapped.Series(Registration registration) -> {
          places[registrations.size()] = number;
          registrations.add(registration);
        }
        case Mapped.Refused(Rejection reason, String text) -> {
          refs[number] = CachedRef.refused(reason);
          firstFault = firstFault.isEmpty() ? text : firstFault;
        }
      }
    }
    register(registrations, places, refs);
    long[] bySample = new long[numberOf.length];
    for (int i = 0; i < bySample.length; i++) {
      bySample[i] = numberOf[i] < 0 ? CachedRef.refused(Rejection.INVALID_PATH) : refs[numberOf[i]];
      if (numberOf[i] < 0 && firstFault.isEmpty()) {
        firstFault = "a path is not UTF-8";
      }
    }
    return new Result(bySample, firstFault);
  }

  private int number(Map<String, Integer> numbers, int sample) {
    ByteBuffer key = ByteBuffer.wrap(paths.keys(), paths.keyStart(sample), paths.keyLength(sample));
    try {
      String path = StandardCharsets.UTF_8.newDecoder().decode(key).toString();
      // The blank behind the path of a line.
      int end = path.length();
      while (end > 0
          && path.charAt(end - 1) < 0x80
          && FloatText.isBlank((byte) path.charAt(end - 1))) {
        end--;
      }
      Integer known = numbers.putIfAbsent(path.substring(0, end), numbers.size());
      return known == null ? numbers.size() - 1 : known;
    } catch (CharacterCodingException _) {
      return -1;
    }
  }

  private void register(List<Registration> registrations, int[] places, long[] refs) {
    for (int from = 0; from < registrations.size(); from += SLICE) {
      int to = Math.min(registrations.size(), from + SLICE);
      long[] registered = intake.register(tenant, registrations.subList(from, to));
      for (int i = from; i < to; i++) {
        refs[places[i]] = registered[i - from];
      }
    }
  }
}
