package orzo.http.prometheus;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import orzo.federate.ExpositionFormat;
import orzo.federate.FederatedSample;
import orzo.histogram.NativeHistogram;
import orzo.http.FormParameters;
import orzo.index.Matcher;
import orzo.metric.Labels;
import orzo.read.ReadBudget;
import orzo.read.Selection;
import orzo.read.SeriesReader;
import orzo.split.SampleBuffer;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * {@code /federate}: the newest sample, not older than the lookback, of each selected series. A
 * series whose newest sample says that it has ended is left out.
 */
final class FederationEndpoint {
  /** The bits of the NaN that marks where a series ends. */
  private static final long STALE = 0x7ff0_0000_0000_0002L;

  private final SeriesReader reader;
  private final Function<FormParameters, List<List<Matcher>>> selectors;
  private final QueryLimits limits;
  private final QueryGate gate;
  private final InstantSource clock;
  private final Endpoint answering = TextErrors.around(this::answer);

  FederationEndpoint(
      SeriesReader reader,
      Function<FormParameters, List<List<Matcher>>> selectors,
      QueryLimits limits,
      QueryGate gate,
      InstantSource clock) {
    this.reader = reader;
    this.selectors = selectors;
    this.limits = limits;
    this.gate = gate;
    this.clock = clock;
  }

  Reply federate(ApiRequest request) {
    return answering.answer(request);
  }

  private Reply answer(ApiRequest request) {
    List<List<Matcher>> wanted = selectors.apply(request.parameters());
    ExpositionFormat format = ExpositionFormat.negotiate(request.header("Accept"));
    List<FederatedSample> samples =
        gate.pass("federate", limits.timeout(), left -> newest(request, wanted, left));
    return new Reply.Content(
        200, format.contentType(), Map.of(), true, out -> format.write(samples, out));
  }

  private List<FederatedSample> newest(
      ApiRequest request, List<List<Matcher>> wanted, Duration timeout) {
    long now = clock.millis();
    long from = now - limits.lookback().toMillis();
    ReadBudget budget = budget(request.cancelled(), timeout);
    Map<Labels, FederatedSample> found = new ConcurrentHashMap<>();
    for (List<Matcher> matchers : wanted) {
      Selection selection = reader.select(request.tenant(), matchers);
      selection.scan(
          from,
          now,
          budget,
          (i, samples) -> {
            FederatedSample last = last(selection.labels(i), samples);
            if (last != null) {
              found.put(last.labels(), last);
            }
          });
    }
    return found.values().stream()
        .sorted(
            Comparator.comparing((FederatedSample sample) -> sample.labels().get(Labels.NAME))
                .thenComparing(FederatedSample::labels))
        .toList();
  }

  private ReadBudget budget(BooleanSupplier cancelled, Duration timeout) {
    AtomicLong left = new AtomicLong(limits.maxSamples());
    long startNanos = System.nanoTime();
    return samples -> {
      if (cancelled.getAsBoolean()) {
        throw new GatewayException(Kind.LIMIT, "federation: canceled by the client");
      }
      if (System.nanoTime() - startNanos > timeout.toNanos()) {
        throw new GatewayException(Kind.UNAVAILABLE, "federation: timed out");
      }
      if (left.addAndGet(-samples) < 0) {
        throw new GatewayException(
            Kind.LIMIT,
            "federation: more than "
                + limits.maxSamples()
                + " samples to look at; select fewer series");
      }
    };
  }

  private static @Nullable FederatedSample last(Labels labels, SampleBuffer samples) {
    int last = samples.size - 1;
    @Nullable NativeHistogram @Nullable [] histograms = samples.histograms();
    NativeHistogram histogram = histograms == null ? null : histograms[last];
    boolean stale =
        histogram == null
            ? Double.doubleToRawLongBits(samples.values[last]) == STALE
            : histogram.isStale();
    return stale
        ? null
        : new FederatedSample(
            labels, samples.timestampsMillis[last], samples.values[last], histogram);
  }
}
