package orzo.read;

import java.util.concurrent.atomic.LongAdder;
import orzo.storage.StoredSplit;

/** Counts what a scan reads. Safe for many threads. */
final class ReadMeter {
  private final LongAdder splits = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder rows = new LongAdder();
  private final LongAdder samples = new LongAdder();

  void read(Iterable<StoredSplit> found) {
    long number = 0;
    long length = 0;
    for (StoredSplit split : found) {
      number++;
      length += split.bytes().length;
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
