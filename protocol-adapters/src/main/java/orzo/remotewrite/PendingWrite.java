package orzo.remotewrite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.ReceivedExemplar;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.intake.SampleBatch;
import orzo.intake.SeriesCache;
import orzo.metric.Exemplar;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;
import orzo.split.SampleBuffer;
import orzo.split.SampleExtras;

/**
 * A decoded request on its way into storage, and what of it may not be stored. Used by one thread
 * at a time.
 */
final class PendingWrite {
  /** Series to register, or metadata to store, in one call. */
  private static final int SLICE = 10_000;

  private final Tenant tenant;
  private final DecodedWrite write;
  private final RemoteWriteLimits limits;
  private final LabelResources resources;
  private final Intake intake;
  private final IntakeCounters counters;
  private final SeriesCache cache;
  private final MetadataCache metadataCache;

  private int invalidSeries;
  private int invalidSamples; // of invalid series
  private int invalidSeriesHistograms;
  private String firstInvalidSeries = "";
  private long[] newRefs = {}; // by new series; ABSENT for one that is rejected
  private int keptExemplars;
  private int invalidExemplars;
  private String firstInvalidExemplar = "";
  private int invalidMetadata;
  private String firstInvalidMetadata = "";

  PendingWrite(
      Tenant tenant,
      DecodedWrite write,
      RemoteWriteLimits limits,
      LabelResources resources,
      Intake intake,
      IntakeCounters counters,
      SeriesCache cache,
      MetadataCache metadataCache) {
    this.tenant = tenant;
    this.write = write;
    this.limits = limits;
    this.resources = resources;
    this.intake = intake;
    this.counters = counters;
    this.cache = cache;
    this.metadataCache = metadataCache;
  }

  /** What was decoded. */
  DecodedWrite write() {
    return write;
  }

  /** The samples to append. */
  SampleBatch batch() {
    return write.batch;
  }

  /** How many samples, histograms and exemplars are not known to be invalid. */
  int valid() {
    return validSamples() + validHistograms() + write.exemplars.size() - invalidExemplars;
  }

  private int validSamples() {
    return write.samples - invalidSamples;
  }

  private int validHistograms() {
    return write.histograms - write.invalidHistograms - invalidSeriesHistograms;
  }

  /** Stores new metadata. Blocks. */
  void describe() {
    List<MetricMetadata> valid = new ArrayList<>();
    List<byte[]> messages = new ArrayList<>();
    for (byte[] bytes : write.metadata) {
      MetadataMessage message = MetadataMessage.of(bytes, 0, bytes.length);
      String fault = message.fault(limits);
      if (fault == null) {
        valid.add(message.toMetadata());
        messages.add(bytes);
        if (valid.size() == SLICE) {
          describe(valid, messages);
        }
      } else if (invalidMetadata++ == 0) {
        firstInvalidMetadata = fault;
      }
    }
    describe(valid, messages);
    if (invalidMetadata > 0) {
      counters.received(Protocol.REMOTE_WRITE, invalidMetadata);
      counters.rejected(Protocol.REMOTE_WRITE, Rejection.INVALID_METADATA, invalidMetadata);
    }
  }

  private void describe(List<MetricMetadata> valid, List<byte[]> messages) {
    if (!valid.isEmpty()) {
      intake.describe(tenant, valid);
      messages.forEach(message -> metadataCache.add(tenant, message));
      valid.clear();
      messages.clear();
    }
  }

  /** Registers new series and moves their samples to the batch. Blocks. */
  void register() {
    newRefs = new long[write.newSeries];
    Arrays.fill(newRefs, SeriesCache.ABSENT);
    for (int from = 0; from < write.newSeries; from += SLICE) {
      register(from, Math.min(write.newSeries, from + SLICE));
    }
    write.forgetNewSeries();
  }

  private void register(int from, int to) {
    List<Registration> series = new ArrayList<>(to - from);
    int[] valid = new int[to - from];
    for (int i = from; i < to; i++) {
      switch (SeriesLabels.parse(
          write.labelBytes, write.labelStart(i), write.labelEnds[i], limits)) {
        case ParsedSeries.Valid(Labels parsed) -> {
          valid[series.size()] = i;
          series.add(resources.registration(parsed));
        }
        case ParsedSeries.Invalid invalid -> reject(i, invalid);
      }
    }
    if (series.isEmpty()) {
      return;
    }
    long[] refs = intake.register(tenant, series);
    for (int k = 0; k < refs.length; k++) {
      int i = valid[k];
      newRefs[i] = refs[k];
      int start = write.labelStart(i);
      cache.put(tenant, write.labelBytes, start, write.labelEnds[i] - start, refs[k]);
      moveSamples(write.sampleStart(i), write.sampleEnds[i], refs[k]);
    }
  }

  /** Keeps exemplars, once their series are registered. Blocks. */
  void keepExemplars() {
    List<ReceivedExemplar> valid = new ArrayList<>();
    for (DecodedExemplar one : write.exemplars) {
      long ref = one.ref() == SeriesCache.ABSENT ? newRefs[one.newSeries()] : one.ref();
      if (ref == SeriesCache.ABSENT) {
        invalidExemplars++; // as its series, which the reply names
        continue;
      }
      byte[] labels = one.labelBytes();
      switch (SeriesLabels.parseExemplar(labels, 0, labels.length, limits)) {
        case ParsedSeries.Valid(Labels parsed) ->
            valid.add(
                new ReceivedExemplar(
                    ref, new Exemplar(parsed, one.value(), one.timestampMillis())));
        case ParsedSeries.Invalid invalid -> {
          invalidExemplars++;
          if (firstInvalidExemplar.isEmpty()) {
            firstInvalidExemplar =
                SeriesLabels.describe(labels, 0, labels.length) + ": " + invalid.text();
          }
        }
      }
    }
    counters.rejected(Protocol.REMOTE_WRITE, Rejection.INVALID_EXEMPLAR, invalidExemplars);
    if (!valid.isEmpty()) {
      intake.keep(valid);
      keptExemplars = valid.size();
    }
  }

  private void moveSamples(int from, int to, long ref) {
    SampleBuffer samples = write.newSamples;
    SampleExtras extras = samples.extras();
    for (int i = from; i < to; i++) {
      if (extras == null) {
        write.batch.add(ref, samples.timestampsMillis[i], samples.values[i]);
      } else {
        write.batch.add(
            ref,
            samples.timestampsMillis[i],
            samples.values[i],
            extras.startMillis(i),
            extras.histogram(i));
      }
    }
  }

  private void reject(int i, ParsedSeries.Invalid invalid) {
    int samples = write.sampleEnds[i] - write.sampleStart(i);
    int histograms = write.newSamples.histograms(write.sampleStart(i), write.sampleEnds[i]);
    counters.rejected(Protocol.REMOTE_WRITE, invalid.reason(), samples);
    invalidSamples += samples - histograms;
    invalidSeriesHistograms += histograms;
    if (invalidSeries++ == 0) {
      String series =
          SeriesLabels.describe(write.labelBytes, write.labelStart(i), write.labelEnds[i]);
      firstInvalidSeries = "series " + series + ": " + invalid.text();
    }
  }

  /** How to answer once what may be stored is stored. */
  WriteReply reply() {
    List<String> faults = new ArrayList<>();
    if (invalidSeries > 0) {
      faults.add(invalidSeries + " of " + write.series + " series rejected: " + firstInvalidSeries);
    }
    if (write.invalidHistograms > 0) {
      byte[] labels = write.firstInvalidLabels;
      faults.add(
          write.invalidHistograms
              + " of "
              + write.histograms
              + " native histograms rejected: series "
              + SeriesLabels.describe(labels, 0, labels.length)
              + ": "
              + write.firstInvalidHistogram);
    }
    if (!firstInvalidExemplar.isEmpty()) {
      faults.add(
          invalidExemplars
              + " of "
              + write.exemplars.size()
              + " exemplars rejected: "
              + firstInvalidExemplar);
    }
    if (invalidMetadata > 0) {
      faults.add(invalidMetadata + " pieces of metadata rejected: " + firstInvalidMetadata);
    }
    WriteReply reply =
        faults.isEmpty() ? WriteReply.STORED : WriteReply.bad(String.join("; ", faults));
    return switch (write.protocol) {
      case V1 -> reply;
      case V2 ->
          reply.with(new WriteReply.Written(validSamples(), validHistograms(), keptExemplars));
    };
  }
}
