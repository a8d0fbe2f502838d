package orzo.http.prometheus;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import orzo.read.SeriesReader;
import orzo.remoteread.ChunkStream;
import orzo.remoteread.ReadBounds;
import orzo.remoteread.ReadMeter;
import orzo.remoteread.ReadRequest;
import orzo.remoteread.ResponseType;
import orzo.remoteread.SampleAnswer;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * {@code read}: remote read, by which a Prometheus reads samples back. A stream of chunks goes out
 * as fast as the client takes it, so reads have a queue of their own beside that of queries.
 */
final class RemoteReadEndpoint {
  private final SeriesReader reader;
  private final ReadBounds bounds;
  private final QueryLimits limits;
  private final Semaphore permits;
  private final Endpoint answering = TextErrors.around(this::answer);

  RemoteReadEndpoint(
      SeriesReader reader, ReadBounds bounds, QueryLimits limits, PrometheusRegistry registry) {
    this.reader = reader;
    this.bounds = bounds;
    this.limits = limits;
    permits = new Semaphore(bounds.maxConcurrent(), true);
    GaugeWithCallback.builder()
        .name("orzo_remote_reads_running")
        .help("Remote reads that are being answered.")
        .callback(gauge -> gauge.call(bounds.maxConcurrent() - permits.availablePermits()))
        .register(registry);
  }

  Reply read(ApiRequest request) {
    return answering.answer(request);
  }

  private Reply answer(ApiRequest request) {
    ReadRequest asked = ReadRequest.decode(request.body());
    return switch (ResponseType.negotiate(asked.acceptedTypes())) {
      case SAMPLES ->
          new Reply.Content(
              200,
              "application/x-protobuf",
              Map.of("Content-Encoding", "snappy"),
              false,
              out -> {
                enter();
                byte[] answer;
                try {
                  answer =
                      SampleAnswer.of(
                          reader,
                          request.tenant(),
                          asked.queries(),
                          meter(request, ResponseType.SAMPLES));
                } finally {
                  permits.release();
                }
                out.write(answer);
              });
      case STREAMED_XOR_CHUNKS ->
          new Reply.Content(
              200,
              "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse",
              Map.of(),
              false,
              out -> {
                enter();
                try {
                  new ChunkStream(
                          reader,
                          bounds.maxFrameBytes(),
                          meter(request, ResponseType.STREAMED_XOR_CHUNKS),
                          out)
                      .write(request.tenant(), asked.queries());
                } finally {
                  permits.release();
                }
              });
    };
  }

  private ReadMeter meter(ApiRequest request, ResponseType type) {
    long startNanos = System.nanoTime();
    long timeoutNanos = limits.timeout().toNanos();
    return new ReadMeter(
        bounds, type, request.cancelled(), () -> System.nanoTime() - startNanos > timeoutNanos);
  }

  private void enter() {
    try {
      if (!permits.tryAcquire(limits.maxWait().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new GatewayException(
            Kind.UNAVAILABLE,
            "too many remote reads: "
                + bounds.maxConcurrent()
                + " are running, and none ended within "
                + limits.maxWait().toSeconds()
                + " s; try again later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(Kind.UNAVAILABLE, "remote read: interrupted", e);
    }
  }
}
