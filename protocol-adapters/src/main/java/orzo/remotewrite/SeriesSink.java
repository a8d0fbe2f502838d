package orzo.remotewrite;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import orzo.histogram.HistogramColumn;
import orzo.histogram.NativeHistogram;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.WireReader;

/**
 * Where decoders bring what the series of a request have: into the batch when the cache knows the
 * series, beside its label bytes when not. The labels of a series are looked up when the first of
 * its samples comes. Not safe for many threads.
 */
final class SeriesSink {
  private static final byte[] NO_LABELS = {};

  private final SeriesCache.Lookup lookup;
  private final int maxSamples;
  private final HistogramMessage histogram = new HistogramMessage();

  // The request, and the series that samples are of.
  private Tenant tenant = Tenant.DEFAULT;
  private DecodedWrite into = new DecodedWrite(0);
  private byte[] labels = NO_LABELS;
  private int labelsStart;
  private int labelsEnd;
  private Resolution resolution = Resolution.PENDING;
  private long ref;

  // How much there was before the series.
  private int batchMark;
  private int newMark;
  private int samplesMark;
  private int histogramsMark;
  private int invalidMark;
  private int exemplarsMark;
  private long cellsMark;

  private enum Resolution {
    PENDING,
    KNOWN,
    NEW
  }

  /**
   * Creates a sink.
   *
   * @param maxSamples how many samples and counts of buckets a request may have
   */
  SeriesSink(SeriesCache cache, int maxSamples) {
    this.lookup = cache.lookup();
    this.maxSamples = maxSamples;
  }

  /** Starts a request. */
  void begin(Tenant tenant, DecodedWrite into) {
    this.tenant = tenant;
    this.into = into;
    lookup.restart();
  }

  /** Lets the request go. */
  void end() {
    labels = NO_LABELS;
  }

  /** Starts a series, before its labels are known. */
  void beginSeries() {
    into.series++;
    batchMark = into.batch.size();
    newMark = into.newSeries;
    samplesMark = into.samples;
    histogramsMark = into.histograms;
    invalidMark = into.invalidHistograms;
    exemplarsMark = into.exemplars.size();
    cellsMark = into.cells;
  }

  /** Takes back what came of the series so far. */
  void restartSeries() {
    into.batch.truncate(batchMark);
    into.truncateNewSeries(newMark);
    into.samples = samplesMark;
    into.histograms = histogramsMark;
    into.invalidHistograms = invalidMark;
    into.exemplars.subList(exemplarsMark, into.exemplars.size()).clear();
    into.cells = cellsMark;
  }

  /**
   * Whether the bytes from {@code start} on begin with the labels of the series that is expected
   * next, see {@link SeriesCache.Lookup#expect}.
   *
   * @return their length, negative when they don't
   */
  int expect(byte[] bytes, int start, int end) {
    return lookup.expect(tenant, bytes, start, end);
  }

  /**
   * Sets the labels of the series: a run of {@code labels} fields of a remote-write 1.0 {@code
   * TimeSeries}.
   *
   * @param isExpected whether these are the labels that {@link #expect} has just found
   */
  void labels(byte[] bytes, int start, int end, boolean isExpected) {
    labels = bytes;
    labelsStart = start;
    labelsEnd = end;
    if (isExpected) {
      ref = lookup.ref();
      resolution = Resolution.KNOWN;
    } else {
      resolution = Resolution.PENDING;
    }
  }

  /** Adds a sample. */
  void sample(long timestampMillis, double value) {
    if (++into.samples + into.cells > maxSamples) {
      throw tooMany();
    }
    if (resolution == Resolution.PENDING) {
      resolve();
    }
    if (resolution == Resolution.KNOWN) {
      into.batch.add(ref, timestampMillis, value);
    } else {
      into.addNewSample(timestampMillis, value);
    }
  }

  /** Adds a sample with a start timestamp, 0 when it is not known. */
  void sample(long timestampMillis, double value, long startMillis) {
    sample(timestampMillis, value);
    setLast(startMillis, null);
  }

  /**
   * Adds the histogram of a message that ends at {@code end}.
   *
   * @param createdMillis the start timestamp if the message itself has none; 0 when not known
   */
  void histogram(WireReader reader, int end, long createdMillis) {
    NativeHistogram read = histogram.read(reader, end);
    into.histograms++;
    if (read == null) {
      if (into.invalidHistograms++ == 0) {
        into.firstInvalidHistogram =
            histogram.fault() + ", at timestamp " + histogram.timestampMillis();
        into.firstInvalidLabels = Arrays.copyOfRange(labels, labelsStart, labelsEnd);
      }
      return;
    }
    into.cells += HistogramColumn.cells(read);
    sample(histogram.timestampMillis(), read.sum());
    into.samples--; // it is counted as a histogram
    setLast(histogram.startMillis() != 0 ? histogram.startMillis() : createdMillis, read);
  }

  /**
   * Adds an exemplar.
   *
   * @param bytes where its labels stand, as those of {@link #labels}
   */
  void exemplar(byte[] bytes, int start, int end, double value, long timestampMillis) {
    SeriesLabels.check(bytes, start, end);
    if (into.exemplars.size() == maxSamples) {
      throw tooMany();
    }
    if (resolution == Resolution.PENDING) {
      resolve();
    }
    into.addExemplar(
        new DecodedExemplar(
            resolution == Resolution.KNOWN ? ref : SeriesCache.ABSENT,
            into.newSeries - 1,
            Arrays.copyOfRange(bytes, start, end),
            value,
            timestampMillis));
  }

  private void setLast(long startMillis, @Nullable NativeHistogram read) {
    if (startMillis != 0 || read != null) {
      if (resolution == Resolution.KNOWN) {
        into.batch.setExtras(into.batch.size() - 1, startMillis, read);
      } else {
        into.newSamples.setExtras(into.newSamples.size - 1, startMillis, read);
      }
    }
  }

  /** Ends the series. Labels to which there is no sample are still checked. */
  void endSeries() {
    if (resolution == Resolution.PENDING) {
      SeriesLabels.check(labels, labelsStart, labelsEnd);
    }
  }

  private void resolve() {
    ref = lookup.find(tenant, labels, labelsStart, labelsEnd - labelsStart);
    if (ref == SeriesCache.ABSENT) {
      // Now, so that a bad request stores nothing.
      SeriesLabels.check(labels, labelsStart, labelsEnd);
      into.addNewSeries(labels, labelsStart, labelsEnd - labelsStart);
      resolution = Resolution.NEW;
    } else {
      resolution = Resolution.KNOWN;
    }
  }

  private GatewayException tooMany() {
    return new GatewayException(
        Kind.LIMIT,
        "remote write: more than " + maxSamples + " samples and buckets in one request");
  }
}
