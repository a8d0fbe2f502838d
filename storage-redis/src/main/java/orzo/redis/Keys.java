package orzo.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import orzo.metric.Tenant;
import orzo.split.RawSplit;
import orzo.storage.SplitKey;

/**
 * The names of all keys of a namespace; no other class makes one. README.md lists what they hold.
 *
 * <p>The part in braces decides the slot in a Redis Cluster: a sack's keys share one, because a
 * flush touches several of them in one script.
 */
final class Keys {
  /** Version of the layout of keys and of what they hold. */
  static final int FORMAT = 1;

  private static final int RADIX = 36;
  private static final byte[] DIGITS = ascii("0123456789abcdefghijklmnopqrstuvwxyz");

  private final String namespace;
  private final byte[] meta;
  private final byte[] nodes;

  Keys(String namespace) {
    this.namespace = namespace;
    meta = ascii("{" + namespace + "}:meta");
    nodes = ascii("{" + namespace + "}:nodes");
  }

  /** Hash: format and number of sacks. */
  byte[] meta() {
    return meta;
  }

  /** Sorted set: live nodes by the end of their announcement. */
  byte[] nodes() {
    return nodes;
  }

  /** Hash: metadata of a tenant's metric names. */
  byte[] metadata(Tenant tenant) {
    return ascii("{" + namespace + ":t:" + tenant.id() + "}:metadata");
  }

  /** The keys of all sacks, by sack. */
  Sack[] sacks(int count) {
    Sack[] sacks = new Sack[count];
    for (int sack = 0; sack < count; sack++) {
      sacks[sack] = new Sack("{" + namespace + ":" + sack + "}");
    }
    return sacks;
  }

  /** The keys of one sack. */
  static final class Sack {
    /** Stream: accepted measures. */
    final byte[] backlog;

    /** String: who owns the sack, with a time to live. */
    final byte[] lease;

    /** Counter: the last epoch given out. */
    final byte[] epoch;

    /** String: backlog position of the last flush. */
    final byte[] position;

    /** Hash: UUID to series. */
    final byte[] ids;

    /** Stream: the registered metrics, series plus one as ID. */
    final byte[] series;

    private final byte[] rawSplitPrefix;

    private Sack(String tag) {
      backlog = ascii(tag + ":backlog");
      lease = ascii(tag + ":lease");
      epoch = ascii(tag + ":epoch");
      position = ascii(tag + ":position");
      ids = ascii(tag + ":ids");
      series = ascii(tag + ":series");
      rawSplitPrefix = ascii(tag + "r");
    }

    /** String: a raw split, as {@code SERIES:SPAN}, both of base 36, the span counted from 1970. */
    byte[] rawSplit(SplitKey key) {
      if (Math.floorMod(key.startMillis(), RawSplit.SPAN_MILLIS) != 0) {
        throw new IllegalArgumentException(
            key + " (expected: a multiple of " + RawSplit.SPAN_MILLIS + " as startMillis)");
      }
      long span = Math.floorDiv(key.startMillis(), RawSplit.SPAN_MILLIS);
      int seriesEnd = rawSplitPrefix.length + length(key.series());
      byte[] name = Arrays.copyOf(rawSplitPrefix, seriesEnd + 1 + length(span));
      write(key.series(), name, seriesEnd);
      name[seriesEnd] = ':';
      write(span, name, name.length);
      return name;
    }

    private static int length(long number) {
      int length = number < 0 ? 2 : 1;
      for (long rest = number / RADIX; rest != 0; rest /= RADIX) {
        length++;
      }
      return length;
    }

    private static void write(long number, byte[] target, int end) {
      int at = end;
      long rest = number;
      do {
        target[--at] = DIGITS[(int) Math.abs(rest % RADIX)];
        rest /= RADIX;
      } while (rest != 0);
      if (number < 0) {
        target[--at] = '-';
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
