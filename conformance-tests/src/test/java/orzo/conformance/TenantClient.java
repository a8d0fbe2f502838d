package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import orzo.conformance.prometheus.PrometheusClient;
import orzo.conformance.prometheus.QueryAnswer;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;
import orzo.conformance.server.GatewayServer;

/**
 * Writes and asks as one tenant.
 *
 * @param writer of remote write
 * @param reader of the query API
 */
record TenantClient(RemoteWriteClient writer, PrometheusClient reader) implements AutoCloseable {
  /** A client of the gateway's HTTP listener; an empty tenant sends no header. */
  static TenantClient of(GatewayServer gateway, String tenant) {
    URI writeUrl = gateway.url().resolve("/api/v1/write");
    return new TenantClient(
        new RemoteWriteClient(writeUrl, tenant), new PrometheusClient(gateway.url(), tenant));
  }

  /** Sends a body as it is. */
  RemoteWriteClient.Reply send(byte[] compressed) {
    try {
      return writer.send(compressed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a body, which must be accepted. */
  void write(WriteRequestBody body) {
    RemoteWriteClient.Reply reply = send(body.compressed());
    assertThat(reply.status()).as("status of a good write; %s", reply.text()).isEqualTo(204);
  }

  /** Writes one sample, which must be accepted. */
  void write(Map<String, String> labels, long timestampMillis, double value) {
    byte[] encoded = WriteRequestBody.encodeLabels(labels);
    write(new WriteRequestBody().add(encoded, timestampMillis, value));
  }

  /** The raw samples of the only series a selector finds in a window that ends at a time. */
  List<QueryAnswer.Point> raw(String selector, Duration window, long endMillis) {
    String range = selector + "[" + window.toMillis() + "ms]";
    List<QueryAnswer.Series> series = reader.query(range, endMillis).series();
    assertThat(series).as(range).hasSizeLessThanOrEqualTo(1);
    return series.isEmpty() ? new ArrayList<>() : series.getFirst().points();
  }

  @Override
  public void close() {
    writer.close();
    reader.close();
  }
}
