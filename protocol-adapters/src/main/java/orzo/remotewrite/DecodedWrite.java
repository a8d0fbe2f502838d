package orzo.remotewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orzo.intake.SampleBatch;
import orzo.split.SampleBuffer;

/**
 * What a walk over one request found: the samples of known series, ready to be appended; and,
 * copied out of the request so that its buffer can be used again, the series and metadata that are
 * new. Is used for many requests, one after the other. Not safe for many threads.
 */
final class DecodedWrite {
  /** What a sample takes: reference, timestamp, value. */
  static final int SAMPLE_BYTES = 3 * Long.BYTES;

  /** What a histogram takes besides its counts: the objects, and references to them. */
  private static final int HISTOGRAM_BYTES = 200;

  /** What a count takes: itself, and its bucket's index. */
  private static final int CELL_BYTES = Double.BYTES + Integer.BYTES;

  /** Room of a batch to start with, and again after a large request: Prometheus sends 2,000. */
  static final int TYPICAL_SAMPLES = 4096;

  private static final int TYPICAL_NEW_SERIES = 64;

  /** What the request was. */
  WriteProtocol protocol = WriteProtocol.V1;

  SampleBatch batch;

  /** Series of the request, known or not. */
  int series;

  /** Samples of all series, histograms apart. */
  int samples;

  /** Exemplars of all series. */
  final List<DecodedExemplar> exemplars = new ArrayList<>();

  /** Native histograms of all series, those that may not be stored included. */
  int histograms;

  /** Native histograms that may not be stored. */
  int invalidHistograms;

  /** What is wrong with the first of these. */
  String firstInvalidHistogram = "";

  /** The label bytes of its series. */
  byte[] firstInvalidLabels = new byte[0];

  /** How many counts the others have, see {@link orzo.histogram.HistogramColumn#cells}. */
  long cells;

  /** Metadata messages that differ from what is known. */
  final List<byte[]> metadata = new ArrayList<>();

  // New series i: its label bytes end at labelEnds[i] and its samples at sampleEnds[i]; both start
  // where those of series i - 1 end.
  int newSeries;
  byte[] labelBytes = new byte[0];
  int[] labelEnds = new int[TYPICAL_NEW_SERIES];
  int[] sampleEnds = new int[TYPICAL_NEW_SERIES];
  SampleBuffer newSamples = new SampleBuffer(TYPICAL_NEW_SERIES);

  private long metadataBytes;
  private long exemplarBytes;

  /** Creates an empty one with room for {@code samples} samples of known series. */
  DecodedWrite(int samples) {
    batch = new SampleBatch(samples);
  }

  /** Forgets the request; room within what is typical stays. */
  void clear() {
    if (batch.capacity() > 4 * TYPICAL_SAMPLES) {
      batch = new SampleBatch(TYPICAL_SAMPLES);
    }
    batch.truncate(0);
    series = 0;
    samples = 0;
    exemplars.clear();
    exemplarBytes = 0;
    histograms = 0;
    invalidHistograms = 0;
    firstInvalidHistogram = "";
    firstInvalidLabels = new byte[0];
    cells = 0;
    metadata.clear();
    metadataBytes = 0;
    forgetNewSeries();
  }

  /** Lets go of the new series once they are registered. */
  void forgetNewSeries() {
    newSeries = 0;
    newSamples.clear();
    if (labelBytes.length > 0) {
      labelBytes = new byte[0];
      labelEnds = new int[TYPICAL_NEW_SERIES];
      sampleEnds = new int[TYPICAL_NEW_SERIES];
      newSamples = new SampleBuffer(TYPICAL_NEW_SERIES);
    }
  }

  /** Starts a new series; its samples follow. */
  void addNewSeries(byte[] bytes, int offset, int length) {
    int start = newSeries == 0 ? 0 : labelEnds[newSeries - 1];
    if (length > labelBytes.length - start) {
      labelBytes = Arrays.copyOf(labelBytes, grown(start + length));
    }
    if (newSeries == labelEnds.length) {
      labelEnds = Arrays.copyOf(labelEnds, grown(newSeries));
      sampleEnds = Arrays.copyOf(sampleEnds, grown(newSeries));
    }
    System.arraycopy(bytes, offset, labelBytes, start, length);
    labelEnds[newSeries] = start + length;
    sampleEnds[newSeries++] = newSamples.size;
  }

  /** Adds a sample of the last new series. */
  void addNewSample(long timestampMillis, double value) {
    newSamples.add(timestampMillis, value);
    sampleEnds[newSeries - 1] = newSamples.size;
  }

  /** Takes back new series and their samples from {@code count} on. */
  void truncateNewSeries(int count) {
    newSeries = count;
    newSamples.truncate(count == 0 ? 0 : sampleEnds[count - 1]);
  }

  /** Where the label bytes of new series {@code i} start. */
  int labelStart(int i) {
    return i == 0 ? 0 : labelEnds[i - 1];
  }

  /** Where the samples of new series {@code i} start. */
  int sampleStart(int i) {
    return i == 0 ? 0 : sampleEnds[i - 1];
  }

  /** Adds a metadata message. */
  void addMetadata(byte[] message) {
    metadata.add(message);
    metadataBytes += message.length + SAMPLE_BYTES;
  }

  /** Adds an exemplar. */
  void addExemplar(DecodedExemplar exemplar) {
    exemplars.add(exemplar);
    exemplarBytes += exemplar.labelBytes().length + DecodedExemplar.BYTES;
  }

  /** All that was received and is counted. */
  long received() {
    return (long) samples + exemplars.size() + histograms;
  }

  /** How much memory the request holds until it is answered, in bytes. */
  long retainedBytes() {
    return (long) batch.capacity() * SAMPLE_BYTES
        + metadataBytes
        + exemplarBytes
        + labelBytes.length
        + (long) labelEnds.length * 2 * Integer.BYTES
        + (long) newSamples.values.length * 2 * Long.BYTES
        + (long) newSamples.size * SAMPLE_BYTES // they move to the batch
        + (long) histograms * HISTOGRAM_BYTES
        + cells * CELL_BYTES;
  }

  private static int grown(int size) {
    return (int) Math.min(size + (size >> 1) + 64L, Integer.MAX_VALUE - 8);
  }
}
