package orzo.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import orzo.split.SampleBuffer;
import orzo.storage.SplitKey;

/** Series of one sack that are read from their samples. */
record RawChunk(
    SackSeries series,
    List<Long> starts,
    List<@Nullable SampleBuffer> tails,
    Map<SplitKey, byte[]> stored,
    long fromMillis,
    long toMillis,
    ScanTarget target)
    implements ParallelScan.Chunk {
  static RawChunk read(
      SackSeries series,
      List<Long> starts,
      long fromMillis,
      long toMillis,
      SplitSource splits,
      ScanTarget target) {
    List<SplitKey> keys = new ArrayList<>(series.size() * starts.size());
    for (int one : series.integers()) {
      for (long start : starts) {
        keys.add(new SplitKey(one, start));
      }
    }
    // Tails before splits: what is flushed in between is then in both, never in neither.
    List<@Nullable SampleBuffer> tails = splits.tails(series, fromMillis, toMillis);
    return new RawChunk(
        series,
        starts,
        tails,
        splits.read(series.sack(), keys, target.meter()),
        fromMillis,
        toMillis,
        target);
  }

  @Override
  public void decode(AtomicBoolean abandoned) {
    SpanSamples samples = new SpanSamples();
    for (int i = 0; i < series.size() && !abandoned.get(); i++) {
      samples.clear();
      for (long start : starts) {
        byte[] split = stored.get(new SplitKey(series.integers()[i], start));
        if (split != null) {
          samples.add(start, split, fromMillis, toMillis);
        }
      }
      target.visit(series.places()[i], samples.with(tails.get(i), fromMillis, toMillis));
    }
  }
}
