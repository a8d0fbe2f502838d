package orzo.read;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;

/**
 * Stored windows and raw splits of some series, read so that the samples of an open raw split are
 * in one of them at least, although it may be closed meanwhile: merged into windows, and removed if
 * its samples are not kept.
 *
 * <p>Windows are read before raw splits, so what is closed in between is merged into none of them.
 * If it is removed, too, both are read again: windows then have it.
 *
 * @param windows in the order of their keys, null where there are none
 * @param raw in the order of their keys, null where there is none
 */
record WindowsAndRaw(byte[] @Nullable [] windows, byte[] @Nullable [] raw) {
  /**
   * Reads both; null if the source would have to wait.
   *
   * @param open what was open before
   */
  static @Nullable WindowsAndRaw read(
      int sack,
      List<SplitKey> windowKeys,
      List<SplitKey> rawKeys,
      List<OpenSpan> open,
      SplitSource splits,
      ReadMeter meter) {
    BitSet there = open(rawKeys, open); // places of raw splits that were there when last looked at
    while (true) {
      byte[] @Nullable [] windows = splits.read(sack, windowKeys, meter);
      byte[] @Nullable [] raw = windows == null ? null : splits.read(sack, rawKeys, meter);
      if (windows == null || raw == null) {
        return null;
      }
      boolean isNew = false;
      for (int i = there.nextSetBit(0); i >= 0; i = there.nextSetBit(i + 1)) {
        if (raw[i] == null) {
          there.clear(i);
          isNew = true;
        }
      }
      if (!isNew) { // comes to this at last: what was removed once is not waited for again
        return new WindowsAndRaw(windows, raw);
      }
    }
  }

  private static BitSet open(List<SplitKey> keys, List<OpenSpan> open) {
    BitSet found = new BitSet(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      SplitKey key = keys.get(i);
      for (OpenSpan span : open) {
        if (span.startMillis() == key.startMillis() && span.series().get(key.series())) {
          found.set(i);
        }
      }
    }
    return found;
  }
}
