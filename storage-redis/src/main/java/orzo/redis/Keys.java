package orzo.redis;

import io.lettuce.core.cluster.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.fold.AggregateSplit;
import orzo.metric.Tenant;
import orzo.split.RawSplit;
import orzo.storage.SplitKey;
import orzo.storage.Upkeep;

/**
 * The names of all keys of a namespace; no other class makes one. README.md lists what they hold.
 *
 * <p>The part in braces decides the slot in a Redis Cluster: a sack's keys share one, because a
 * flush touches several of them in one script.
 */
final class Keys {
  /** Version of the layout of keys and of what they hold. */
  static final int FORMAT = 2;

  /** What names that are of no sack are read as. */
  static final int NO_SACK = -1;

  private static final int RADIX = 36;
  private static final byte[] OPEN = ascii(":open");
  private static final byte[] DIGITS = ascii("0123456789abcdefghijklmnopqrstuvwxyz");

  private final String namespace;
  private final byte[] meta;
  private final byte[] nodes;
  private final int slot;
  private final byte[] policies;
  private final byte[] sackPrefix;

  Keys(String namespace) {
    this.namespace = namespace;
    meta = ascii("{" + namespace + "}:meta");
    nodes = ascii("{" + namespace + "}:nodes");
    slot = SlotHash.getSlot(meta);
    policies = ascii("{" + namespace + "}:policies");
    sackPrefix = ascii("{" + namespace + ":");
  }

  /** Hash: format and number of sacks. */
  byte[] meta() {
    return meta;
  }

  /** Sorted set: live nodes by the end of their announcement. */
  byte[] nodes() {
    return nodes;
  }

  /** The slot of {@link #meta}. */
  int metaSlot() {
    return slot;
  }

  /** The slot of {@link #policies}. */
  int policiesSlot() {
    return slot;
  }

  /** The slot of {@link #nodes}. */
  int nodesSlot() {
    return slot;
  }

  /** Hash: archive policies and their rules, and their version. */
  byte[] policies() {
    return policies;
  }

  /** Hash: metadata of a tenant's metric names. */
  byte[] metadata(Tenant tenant) {
    return ascii("{" + namespace + ":t:" + tenant.id() + "}:metadata");
  }

  /** Stream: the records of a tenant, position as ID. */
  byte[] records(Tenant tenant) {
    return ascii("{" + namespace + ":t:" + tenant.id() + "}:records");
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
    /** The slot of all of them. */
    final int slot;

    /** Stream: accepted measures. */
    final byte[] backlog;

    /** String: who owns the sack, with a time to live. */
    final byte[] lease;

    /** Counter: the last epoch given out. */
    final byte[] epoch;

    /** String: checkpoint of the last flush, backlog position and number. */
    final byte[] checkpoint;

    /** Set: the spans that have open raw splits, of base 36, counted from 1970. */
    final byte[] openSpans;

    /** Set: the spans that ever had an open raw split, decimal, counted from 1970. */
    final byte[] writtenSpans;

    /** Hash: UUID to series. */
    final byte[] ids;

    /** Stream: the registered metrics, series plus one as ID. */
    final byte[] series;

    /** Counter: the number of the last deletion. */
    final byte[] deletions;

    /** Stream: the deletions, the number as ID. */
    final byte[] deleted;

    /** Counter: the number of the last sweep. */
    final byte[] sweep;

    /** Bitmap: the series with raw splits that were opened or closed since that sweep began. */
    final byte[] written;

    private final byte[] openSpanPrefix;
    private final byte[] rawSplitPrefix;
    private final byte[] aggregateSplitPrefix;
    private final byte[] exemplarsPrefix;

    private Sack(String tag) {
      backlog = ascii(tag + ":backlog");
      slot = SlotHash.getSlot(backlog);
      lease = ascii(tag + ":lease");
      epoch = ascii(tag + ":epoch");
      checkpoint = ascii(tag + ":checkpoint");
      openSpans = ascii(tag + ":open");
      writtenSpans = ascii(tag + ":spans");
      ids = ascii(tag + ":ids");
      series = ascii(tag + ":series");
      deletions = ascii(tag + ":deletions");
      deleted = ascii(tag + ":deleted");
      sweep = ascii(tag + ":sweep");
      written = ascii(tag + ":written");
      openSpanPrefix = ascii(tag + ":open:");
      rawSplitPrefix = ascii(tag + "r");
      aggregateSplitPrefix = ascii(tag + "a");
      exemplarsPrefix = ascii(tag + "x");
    }

    /** Bitmap: the series whose raw split of a span is open. */
    byte[] openSpan(byte[] span) {
      byte[] name = Arrays.copyOf(openSpanPrefix, openSpanPrefix.length + span.length);
      System.arraycopy(span, 0, name, openSpanPrefix.length, span.length);
      return name;
    }

    /**
     * String: a split. A raw one as {@code rSERIES:SPAN}, one of aggregates as {@code
     * aSERIES:GRANULARITY:SPAN}, all numbers of base 36, the span counted from 1970.
     */
    byte[] split(SplitKey key) {
      long span = span(key);
      int seriesLength = length(key.series());
      if (key.isRaw()) {
        int seriesEnd = rawSplitPrefix.length + seriesLength;
        byte[] name = Arrays.copyOf(rawSplitPrefix, seriesEnd + 1 + length(span));
        write(key.series(), name, seriesEnd);
        name[seriesEnd] = ':';
        write(span, name, name.length);
        return name;
      }
      int seriesEnd = aggregateSplitPrefix.length + seriesLength;
      int granularityEnd = seriesEnd + 1 + length(key.granularityMillis());
      byte[] name = Arrays.copyOf(aggregateSplitPrefix, granularityEnd + 1 + length(span));
      write(key.series(), name, seriesEnd);
      name[seriesEnd] = ':';
      write(key.granularityMillis(), name, granularityEnd);
      name[granularityEnd] = ':';
      write(span, name, name.length);
      return name;
    }

    /** Sorted set: exemplars of a series by timestamp, {@code xSERIES}, the number of base 36. */
    byte[] exemplars(int series) {
      byte[] name = Arrays.copyOf(exemplarsPrefix, exemplarsPrefix.length + length(series));
      write(series, name, name.length);
      return name;
    }

    private static long span(SplitKey key) {
      long spanMillis =
          key.isRaw() ? RawSplit.SPAN_MILLIS : AggregateSplit.spanMillis(key.granularityMillis());
      if (Math.floorMod(key.startMillis(), spanMillis) != 0) {
        throw new IllegalArgumentException(
            key + " (expected: a multiple of " + spanMillis + " as startMillis)");
      }
      return Math.floorDiv(key.startMillis(), spanMillis);
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

  /** A pattern, of Redis's glob style, that the names of all splits fit, and of little else. */
  byte[] splitPattern() {
    return ascii("{" + namespace + ":*}[ra]*");
  }

  /**
   * Reads the name of a split.
   *
   * @return the split, or null for any other name
   */
  Upkeep.@Nullable FoundSplit split(byte[] name, int sacks) {
    int tagEnd = tagEnd(name);
    if (tagEnd < 0 || tagEnd + 1 == name.length) {
      return null;
    }
    int seriesEnd = indexOf(name, ':', tagEnd);
    int granularityEnd = seriesEnd < 0 ? -1 : indexOf(name, ':', seriesEnd + 1);
    try {
      int sack = sack(name, tagEnd, sacks);
      long series = number(name, tagEnd + 2, seriesEnd);
      if (sack == NO_SACK || series < 0 || series > Integer.MAX_VALUE) {
        return null;
      }
      SplitKey key =
          switch (name[tagEnd + 1]) {
            case 'r' ->
                new SplitKey(
                    (int) series,
                    Math.multiplyExact(
                        number(name, seriesEnd + 1, name.length), RawSplit.SPAN_MILLIS));
            case 'a' -> {
              long granularity = number(name, seriesEnd + 1, granularityEnd);
              yield new SplitKey(
                  (int) series,
                  granularity,
                  Math.multiplyExact(
                      number(name, granularityEnd + 1, name.length),
                      AggregateSplit.spanMillis(granularity)));
            }
            default -> null;
          };
      return key == null ? null : new Upkeep.FoundSplit(sack, key);
    } catch (IllegalArgumentException | ArithmeticException _) {
      return null; // not one of ours
    }
  }

  /**
   * Reads the name of what tells which splits of a sack are open: the set of spans, or the bitmap
   * of one.
   *
   * @return the sack, or {@link #NO_SACK} for any other name
   */
  int openSplits(byte[] name, int sacks) {
    int tagEnd = tagEnd(name);
    int end = tagEnd + 1 + OPEN.length;
    if (tagEnd < 0
        || name.length < end
        || !Arrays.equals(name, tagEnd + 1, end, OPEN, 0, OPEN.length)
        || name.length > end && name[end] != ':') {
      return NO_SACK;
    }
    try {
      return sack(name, tagEnd, sacks);
    } catch (NumberFormatException _) {
      return NO_SACK; // not one of ours
    }
  }

  /** Where the part in braces of the name of a sack's key ends; -1 for any other name. */
  private int tagEnd(byte[] name) {
    int at = sackPrefix.length;
    return name.length > at && Arrays.equals(name, 0, at, sackPrefix, 0, at)
        ? indexOf(name, '}', at)
        : -1;
  }

  private int sack(byte[] name, int tagEnd, int sacks) {
    int sack = Integer.parseInt(text(name, sackPrefix.length, tagEnd));
    return sack >= 0 && sack < sacks ? sack : NO_SACK;
  }

  private static int indexOf(byte[] name, char c, int from) {
    for (int i = from; i < name.length; i++) {
      if (name[i] == c) {
        return i;
      }
    }
    return -1;
  }

  private static long number(byte[] name, int from, int to) {
    if (from >= to) {
      throw new NumberFormatException("a number without digits");
    }
    return Long.parseLong(text(name, from, to), RADIX);
  }

  private static String text(byte[] name, int from, int to) {
    return new String(name, from, to - from, StandardCharsets.US_ASCII);
  }

  /** A span's number, base 36. */
  static byte[] span(long startMillis) {
    return ascii(Long.toString(Math.floorDiv(startMillis, RawSplit.SPAN_MILLIS), RADIX));
  }

  /** The start of the span that a number names. */
  static long spanStart(byte[] span) {
    return Long.parseLong(new String(span, StandardCharsets.US_ASCII), RADIX)
        * RawSplit.SPAN_MILLIS;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
