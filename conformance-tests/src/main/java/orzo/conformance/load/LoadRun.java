package orzo.conformance.load;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One load run against one server: warm-up, measured part, verification. */
public final class LoadRun {
  private static final int COMPANION_STEP_SCRAPES = 60;

  private final Workload workload;
  private final SeriesPopulation population;
  private final double samplesPerSecond;
  private final PrintStream out;

  /**
   * Prepares a run.
   *
   * @param samplesPerSecond the offered rate; infinite for as fast as the server accepts
   * @param out where the report goes
   */
  public LoadRun(Workload workload, double samplesPerSecond, PrintStream out) {
    this.workload = workload;
    this.population = new SeriesPopulation(workload.series());
    this.samplesPerSecond = samplesPerSecond;
    this.out = out;
  }

  /**
   * What was measured.
   *
   * @param sent the measured part
   * @param cpu CPU time spent from the first measured request until the server was quiet again
   * @param residentMebibytes memory at the end
   * @param problems what is wrong, empty if nothing is
   */
  public record Result(
      LoadSender.Outcome sent,
      Map<String, Duration> cpu,
      Map<String, Long> residentMebibytes,
      List<String> problems) {
    Duration totalCpu() {
      return CpuMeter.sum(cpu);
    }

    double microsPerSample(Duration time) {
      return time.toNanos() / 1e3 / Math.max(1, sent.acknowledged());
    }
  }

  /** Prints what will be sent. */
  public void describe() {
    out.printf(
        Locale.ROOT,
        "workload: %,d series of %d hosts x %,d scrapes = %,d samples, after a warm-up of %,d; "
            + "%,d samples a body, %d connections, seed %d, from %s on%n",
        workload.series(),
        population.hosts(),
        workload.scrapes(),
        workload.samples(),
        workload.samplesWithWarmUp() - workload.samples(),
        workload.samplesPerBody(),
        workload.connections(),
        workload.seed(),
        workload.start());
  }

  /** What else is written, in step with the workload. */
  public interface Companion {
    /** Writes what lies before a scrape and was not written yet. */
    void writeBefore(int scrape) throws IOException;
  }

  /**
   * Sends everything, and what a companion writes, in order of time, as servers want it that take
   * no old samples.
   *
   * @throws IOException when a sample is rejected, too
   */
  public void send(URI writeUrl, Companion companion) throws IOException {
    try (LoadSender sender =
        new LoadSender(
            workload, population, writeUrl, "", samplesPerSecond, Duration.ofSeconds(60))) {
      for (int scrape = 0; scrape < workload.scrapes(); ) {
        scrape = Math.min(workload.scrapes(), scrape + COMPANION_STEP_SCRAPES);
        LoadSender.Outcome sent = sender.sendBefore(scrape);
        if (sent.rejected() > 0) {
          throw new IOException(writeUrl + " rejected samples: " + sent.firstRefusal());
        }
        companion.writeBefore(scrape);
      }
    }
  }

  /**
   * Sends everything and reports.
   *
   * @param name of the server, for the report
   * @param writeUrl with path
   * @param queryUrl of the query API; empty path
   * @param verify whether to ask for what was sent
   */
  Result run(String name, URI writeUrl, URI queryUrl, String tenant, CpuMeter meter, boolean verify)
      throws IOException {
    LoadSender.Outcome warmUp;
    LoadSender.Outcome sent;
    Map<String, Duration> cpu;
    try (LoadSender sender =
        new LoadSender(
            workload, population, writeUrl, tenant, samplesPerSecond, Duration.ofSeconds(60))) {
      warmUp = sender.sendBefore(0);
      meter.awaitQuiet();
      Map<String, Duration> before = meter.read();
      sent = sender.sendBefore(workload.scrapes());
      meter.awaitQuiet();
      cpu = CpuMeter.between(before, meter.read());
    }
    List<String> problems = new java.util.ArrayList<>();
    if (warmUp.rejected() + sent.rejected() > 0) {
      String words = warmUp.firstRefusal().isEmpty() ? sent.firstRefusal() : warmUp.firstRefusal();
      long rejected = warmUp.rejected() + sent.rejected();
      problems.add("rejected " + rejected + " samples (expected: 0): " + words);
    }
    Result result = new Result(sent, cpu, meter.residentMebibytes(), problems);
    report(name, result);
    if (verify) {
      verify(queryUrl, tenant, problems);
    }
    problems.forEach(problem -> out.printf(Locale.ROOT, "  WRONG: %s%n", problem));
    return result;
  }

  private void report(String name, Result result) {
    LoadSender.Outcome sent = result.sent();
    out.printf(Locale.ROOT, "%s%n", name);
    out.printf(
        Locale.ROOT,
        "  acknowledged %,d samples, rejected %,d, in %,d requests (%,d retries), %,d bytes%n",
        sent.acknowledged(),
        sent.rejected(),
        sent.requests(),
        sent.retries(),
        sent.compressedBytes());
    out.printf(
        Locale.ROOT,
        "  wall %.2f s, %,.0f samples/s%s; a request: median %.1f ms, 99%% %.1f ms, slowest %.1f ms%n",
        seconds(sent.wall()),
        sent.samplesPerSecond(),
        samplesPerSecond == Double.POSITIVE_INFINITY
            ? ""
            : String.format(Locale.ROOT, " (offered %,.0f)", samplesPerSecond),
        1e3 * seconds(sent.latency(0.5)),
        1e3 * seconds(sent.latency(0.99)),
        1e3 * seconds(sent.latency(1)));
    result.cpu().forEach((process, time) -> reportCpu(result, process, time));
    if (result.cpu().size() > 1) {
      reportCpu(result, "total", result.totalCpu());
    }
  }

  private void reportCpu(Result result, String process, Duration time) {
    Long resident = result.residentMebibytes().get(process);
    out.printf(
        Locale.ROOT,
        "  CPU of %-17s %7.2f s = %.3f s per million samples%s%n",
        process,
        seconds(time),
        result.microsPerSample(time),
        resident == null ? "" : String.format(Locale.ROOT, ", %,d MiB resident", resident));
  }

  private void verify(URI queryUrl, String tenant, List<String> problems) {
    try (Verification verification = new Verification(workload, population, queryUrl, tenant)) {
      Verification.Finding finding = verification.check();
      out.printf(
          Locale.ROOT,
          "  verified: %,d of %,d samples counted, name by name%n",
          finding.counted(),
          workload.samplesWithWarmUp());
      problems.addAll(finding.problems());
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
