package orzo.read;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import orzo.storage.OpenSpan;
import orzo.storage.SplitKey;

class WindowsAndRawTest {
  private static final int SACK = 0;
  private static final long HOUR = 3_600_000;
  private static final byte[] BEFORE = {0};
  private static final byte[] MERGED = {1};
  private static final byte[] SAMPLES = {2};

  private final ClosingSource source = new ClosingSource();

  /** Splits; each read may be followed by the closing of a raw split. */
  private static final class ClosingSource implements SplitSource {
    private final Map<SplitKey, byte[]> stored = new HashMap<>();
    private final Map<Integer, Integer> closedAfterRead = new HashMap<>(); // read to series
    private int waitsAt = Integer.MAX_VALUE;
    private int reads;

    static SplitKey raw(int series) {
      return new SplitKey(series, 0);
    }

    static SplitKey windows(int series) {
      return new SplitKey(series, HOUR, 0);
    }

    @Override
    public byte @Nullable [] @Nullable [] read(int sack, List<SplitKey> keys, ReadMeter meter) {
      if (reads == waitsAt) {
        return null;
      }
      byte[] @Nullable [] found = new byte[keys.size()][];
      for (int i = 0; i < found.length; i++) {
        found[i] = stored.get(keys.get(i));
      }
      Integer closing = closedAfterRead.get(reads++);
      if (closing != null) {
        stored.remove(raw(closing));
        stored.put(windows(closing), MERGED);
      }
      return found;
    }

    @Override
    public List<@Nullable Tail> tails(SackSeries series, long fromMillis, long toMillis) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<OpenSpan> open(int sack) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long[] writtenSpans(int sack) {
      throw new UnsupportedOperationException();
    }
  }

  /** Reads two series whose raw splits are open, and a raw split that is not there. */
  private @Nullable WindowsAndRaw read() {
    BitSet open = new BitSet();
    for (int one = 1; one <= 2; one++) {
      open.set(one);
      source.stored.put(ClosingSource.windows(one), BEFORE);
      source.stored.put(ClosingSource.raw(one), SAMPLES);
    }
    return WindowsAndRaw.read(
        SACK,
        List.of(ClosingSource.windows(1), ClosingSource.windows(2)),
        List.of(ClosingSource.raw(1), ClosingSource.raw(2), ClosingSource.raw(9)),
        List.of(new OpenSpan(0, open), new OpenSpan(4 * HOUR, new BitSet())),
        source,
        new ReadMeter());
  }

  private void assertReads(byte[] @Nullable [] windows, byte[] @Nullable [] raw, int reads) {
    WindowsAndRaw read = requireNonNull(read());
    assertThat(Arrays.asList(read.windows())).containsExactly(windows);
    assertThat(Arrays.asList(read.raw())).containsExactly(raw);
    assertThat(source.reads).isEqualTo(reads);
  }

  @Test
  void read_whenNothingIsClosed_readsOnce() {
    assertReads(new byte[][] {BEFORE, BEFORE}, new byte[] @Nullable [] {SAMPLES, SAMPLES, null}, 2);
  }

  @Test
  void read_whenARawSplitIsClosedBetweenTheReads_hasItsWindows() {
    source.closedAfterRead.put(0, 1);
    assertReads(new byte[][] {MERGED, BEFORE}, new byte[] @Nullable [] {null, SAMPLES, null}, 4);
  }

  @Test
  void read_whenOneAfterTheOtherIsClosed_hasAllOfThem() {
    source.closedAfterRead.put(0, 1);
    source.closedAfterRead.put(2, 2);
    assertReads(new byte[][] {MERGED, MERGED}, new byte[] @Nullable [] {null, null, null}, 6);
  }

  @Test
  void read_whenTheSourceWouldWait_isNothing() {
    source.waitsAt = 1;
    assertThat(read()).isNull();
  }
}
