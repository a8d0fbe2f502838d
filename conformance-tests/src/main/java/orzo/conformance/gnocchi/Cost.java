package orzo.conformance.gnocchi;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import orzo.conformance.load.CpuMeter;

/**
 * What a load cost.
 *
 * @param measures how many were pushed
 * @param seconds until all were accepted
 * @param accepted CPU time until then, by process
 * @param processed CPU time after that, until all were processed
 * @param allSeconds until then
 */
record Cost(
    long measures,
    double seconds,
    Map<String, Duration> accepted,
    Map<String, Duration> processed,
    double allSeconds) {

  /** Something that pushes measures. */
  interface Load {
    /** Returns when all are accepted. */
    void push() throws IOException;
  }

  /** Pushes measures, waits until they are processed, and takes the time of both. */
  static Cost of(MeasuredServer server, long measures, Load load) throws IOException {
    Map<String, Duration> before = server.meter().read();
    long began = System.nanoTime();
    load.push();
    double seconds = (System.nanoTime() - began) / 1e9;
    Map<String, Duration> accepted = server.meter().read();
    server.awaitProcessed();
    return new Cost(
        measures,
        seconds,
        CpuMeter.between(before, accepted),
        CpuMeter.between(accepted, server.meter().read()),
        (System.nanoTime() - began) / 1e9);
  }

  /** Two lines: what each part cost, and both together. */
  String show(double idleShare) {
    double total = perMillion(CpuMeter.sum(accepted)) + perMillion(CpuMeter.sum(processed));
    return String.format(
        Locale.ROOT,
        "  CPU seconds per million until accepted: %s; afterwards until processed: %s%n"
            + "  all together %.2f, of which %.2f would be spent in %.0f s without any measure",
        show(accepted),
        show(processed),
        total,
        idleShare * allSeconds * 1e6 / measures,
        allSeconds);
  }

  /** How many measures were accepted each second. */
  double rate() {
    return measures / seconds;
  }

  private String show(Map<String, Duration> times) {
    Map<String, Duration> byName = new LinkedHashMap<>();
    times.forEach((name, time) -> byName.merge(name.split(" ", 2)[0], time, Duration::plus));
    StringBuilder text = new StringBuilder();
    byName.forEach((name, time) ->
        text.append(String.format(Locale.ROOT, "%s %.2f + ", name, perMillion(time))));
    text.setLength(text.length() - 3);
    return text.append(String.format(Locale.ROOT, " = %.2f", perMillion(CpuMeter.sum(times))))
        .toString();
  }

  private double perMillion(Duration time) {
    return time.toNanos() / 1e9 * 1e6 / measures;
  }
}
