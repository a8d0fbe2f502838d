package orzo.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A program that is scraped: native histograms of Prometheus's own Java client, in its protobuf
 * format. Every scrape finds observations more.
 */
final class HistogramTarget implements AutoCloseable {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpServer server;
  private final Histogram latencies;
  private final Histogram temperatures;
  private final Counter scrapes;
  private final Random random = new Random(42);
  private final AtomicBoolean failed = new AtomicBoolean();

  HistogramTarget() throws IOException {
    latencies =
        Histogram.builder()
            .name("target_latency_seconds")
            .help("How long it took.")
            .labelNames("path")
            .nativeOnly()
            .nativeInitialSchema(3)
            .register(registry);
    temperatures =
        Histogram.builder()
            .name("target_temperature_celsius")
            .help("How warm it was, below zero too.")
            .nativeOnly()
            .nativeInitialSchema(1)
            .nativeMinZeroThreshold(0.25)
            .register(registry);
    scrapes = Counter.builder().name("target_scrapes").help("How often.").register(registry);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext("/metrics", this::answer);
    server.start();
  }

  /** Where it listens. */
  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      observe();
      String accept = exchange.getRequestHeaders().getFirst("Accept");
      ExpositionFormatWriter writer = ExpositionFormats.init().findWriter(accept);
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      writer.write(body, registry.scrape());
      exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
      exchange.sendResponseHeaders(200, body.size());
      try (OutputStream out = exchange.getResponseBody()) {
        body.writeTo(out);
      }
    } catch (RuntimeException e) {
      failed.set(true);
      throw e;
    }
  }

  private void observe() {
    scrapes.inc();
    for (int i = 0; i < 20; i++) {
      latencies.labelValues("/fast").observe(Math.exp(random.nextGaussian()) / 1000);
      latencies.labelValues("/slow").observe(Math.exp(random.nextGaussian()));
      temperatures.observe(10 * random.nextGaussian());
    }
  }

  @Override
  public void close() {
    server.stop(0);
    if (failed.get()) {
      throw new IllegalStateException("a scrape of the histograms' target failed");
    }
  }
}
