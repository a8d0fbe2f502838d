package orzo.read;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a scan reads. Safe for many threads. */
final class ReadMeter {
  private final LongAdder splits = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder samples = new LongAdder();

  /** Counts splits, none where there is null. */
  void read(byte[] @Nullable [] found) {
    long number = 0;
    long length = 0;
    for (byte[] split : found) {
      if (split != null) {
        number++;
        length += split.length;
      }
    }
    splits.add(number);
    bytes.add(length);
  }

  void decoded(long rowsMore, long samplesMore) {
    rows.add(rowsMore);
    samples.add(samplesMore);
  }

  ReadCounts counts() {
    return new ReadCounts(splits.sum(), bytes.sum(), rows.sum(), samples.sum());
  }
}
