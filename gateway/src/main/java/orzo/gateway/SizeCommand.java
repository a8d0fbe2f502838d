package orzo.gateway;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.DurationText;
import orzo.gateway.configuration.Keys;
import orzo.metric.ArchivePolicy;
import orzo.metric.BuiltInPolicies;
import orzo.redis.RedisConfig;
import orzo.redis.RedisFootprint;
import orzo.redis.RedisFootprint.Kind;
import orzo.redis.RedisFootprint.Share;
import orzo.redis.RedisStorage;
import orzo.storage.GatewayException;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Estimates the memory that Redis needs, by archive policy. */
@Command(
    name = "size",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Estimate how much memory Redis needs for an archive policy, or for all.",
      "Policies are the built-in ones, or with redis.url those stored there."
    })
final class SizeCommand implements Callable<Integer> {
  private static final Duration MAX_INTERVAL = Duration.ofDays(365);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(names = "--policy", paramLabel = "NAME", description = "The archive policy; none: all.")
  private Optional<String> policy = Optional.empty();

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      defaultValue = "15s",
      description = "Time between two samples of a series (default: ${DEFAULT-VALUE}).")
  private String interval = "";

  @Option(
      names = "--series",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "How many series there are (default: ${DEFAULT-VALUE}).")
  private long series;

  @Override
  public Integer call() {
    PrintWriter errors = spec.commandLine().getErr();
    Duration between =
        DurationText.parse(interval)
            .filter(it -> !it.isZero() && it.compareTo(MAX_INTERVAL) <= 0)
            .orElseThrow(() -> wrong("--interval", interval, "1ms to 365d, such as 15s"));
    if (series < 1) {
      throw wrong("--series", Long.toString(series), "1 or more");
    }
    Optional<Configuration> configuration = options.load(System.getenv(), errors);
    if (configuration.isEmpty()) {
      return ExitCode.USAGE;
    }
    try {
      List<ArchivePolicy> policies = policies(configuration.get());
      if (policy.isPresent()) {
        printOne(named(policy.get(), policies), between);
      } else {
        printAll(policies, between);
      }
    } catch (GatewayException e) {
      errors.println("orzo: " + e.getMessage());
      return ExitCode.SOFTWARE;
    }
    return ExitCode.OK;
  }

  private static List<ArchivePolicy> policies(Configuration configuration) {
    Optional<String> url = configuration.get(Keys.REDIS_URL);
    if (url.isEmpty()) {
      return BuiltInPolicies.ALL;
    }
    RedisConfig config =
        RedisConfig.of(url.get()).withNamespace(configuration.get(Keys.REDIS_NAMESPACE));
    try (RedisStorage storage = RedisStorage.connect(config)) {
      return storage.policies().read().policies();
    }
  }

  private ArchivePolicy named(String name, List<ArchivePolicy> policies) {
    return policies.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            wrong(
                "--policy",
                name,
                String.join(", ", policies.stream().map(ArchivePolicy::name).toList())));
  }

  private ParameterException wrong(String option, String value, String expected) {
    return new ParameterException(
        spec.commandLine(), option + ": '" + value + "' (expected: " + expected + ")");
  }

  private void printOne(ArchivePolicy chosen, Duration between) {
    row("policy " + chosen.name(), "items per series", "bytes per series", allSeries());
    double sum = 0;
    for (Share share : RedisFootprint.of(chosen, between)) {
      sum += share.bytes();
      row(describe(share), number(share.items()), number(share.bytes()), bytes(share.bytes()));
    }
    row("together", "", number(sum), bytes(sum));
  }

  private void row(String what, String items, String bytes, String all) {
    spec.commandLine().getOut().printf("%-32s %17s %17s %20s%n", what, items, bytes, all);
  }

  private void printAll(List<ArchivePolicy> policies, Duration between) {
    PrintWriter out = spec.commandLine().getOut();
    out.println("| policy | raw | aggregates | catalog | bytes per series | " + allSeries() + " |");
    out.println("| --- | ---: | ---: | ---: | ---: | ---: |");
    for (ArchivePolicy one : policies) {
      List<Share> shares = RedisFootprint.of(one, between);
      double sum = shares.stream().mapToDouble(Share::bytes).sum();
      out.printf(
          "| %s | %s | %s | %s | %s | %s |%n",
          one.name(),
          number(sum(shares, Kind.RAW)),
          number(sum(shares, Kind.WINDOWS)),
          number(sum(shares, Kind.CATALOG)),
          number(sum),
          bytes(sum));
    }
  }

  private static double sum(List<Share> shares, Kind kind) {
    return shares.stream().filter(share -> share.kind() == kind).mapToDouble(Share::bytes).sum();
  }

  private String allSeries() {
    return number(series) + " series";
  }

  private static String describe(Share share) {
    String kept = DurationText.show(share.kept()) + (share.forGood() ? " of them" : "");
    return switch (share.kind()) {
      case RAW -> "raw samples, " + kept;
      case WINDOWS -> "windows of " + DurationText.show(share.granularity()) + ", " + kept;
      case CATALOG -> "catalog";
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  private String bytes(double perSeries) {
    double all = perSeries * series;
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    int unit = 0;
    while (all >= 1024 && unit < units.length - 1) {
      all /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", all, units[unit]);
  }
}
