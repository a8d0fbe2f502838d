package orzo.conformance.gnocchi;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long requests took, from connecting to the last byte.
 *
 * @param millis ascending
 */
record Latencies(double[] millis) {
  /** A request. */
  interface Request {
    /** Makes it for the {@code i}th time. */
    byte[] ask(int i) throws IOException;
  }

  /** Makes a request so many times, one after the other. */
  static Latencies of(int times, Request request) throws IOException {
    double[] millis = new double[times];
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      byte[] _ = request.ask(i);
      millis[i] = (System.nanoTime() - began) / 1e6;
    }
    Arrays.sort(millis);
    return new Latencies(millis);
  }

  @Override
  public String toString() {
    int n = millis.length;
    return String.format(
        Locale.ROOT,
        "p50 %.2f ms, p95 %.2f, fastest %.2f (%d requests)",
        (millis[n / 2] + millis[(n - 1) / 2]) / 2,
        millis[Math.ceilDiv(95 * n, 100) - 1],
        millis[0],
        n);
  }
}
