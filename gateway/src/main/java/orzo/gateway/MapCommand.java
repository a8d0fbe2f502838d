package orzo.gateway;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import orzo.file.InvalidFileException;
import orzo.gateway.configuration.Configuration;
import orzo.gateway.configuration.Keys;
import orzo.intake.Registration;
import orzo.mapping.Mapped;
import orzo.mapping.MappingFile;
import orzo.mapping.MetricType;
import orzo.mapping.RuleSet;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what the mapping rules make of paths. */
@Command(
    name = "map",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Show which series, resource and archive policy mapping rules give paths.")
final class MapCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private ConfigurationOptions options = new ConfigurationOptions();

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "The mapping rules; none: those of mapping.file.")
  private @Nullable Path file;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "gauge",
      description = "What the paths measure: gauge, counter or observer (default: gauge).")
  private String type = "";

  @Parameters(
      paramLabel = "PATH",
      arity = "1..*",
      description = "Dotted paths, with tags or without: servers.web01.cpu.user;rack=r1")
  private List<String> paths = new ArrayList<>();

  @Override
  public Integer call() {
    PrintWriter errors = spec.commandLine().getErr();
    MetricType asked = metricType();
    Optional<Configuration> configuration = options.load(System.getenv(), errors);
    if (configuration.isEmpty()) {
      return ExitCode.USAGE;
    }
    RuleSet rules;
    try {
      rules = rules(configuration.get());
    } catch (InvalidFileException e) {
      e.problems().forEach(problem -> errors.println("orzo: " + problem));
      return ExitCode.USAGE;
    }
    for (int i = 0; i < paths.size(); i++) {
      if (i > 0) {
        spec.commandLine().getOut().println();
      }
      show(paths.get(i), rules, asked);
    }
    return ExitCode.OK;
  }

  private MetricType metricType() {
    for (MetricType one : MetricType.values()) {
      if (one.name().toLowerCase(Locale.ROOT).equals(type)) {
        return one;
      }
    }
    throw new ParameterException(
        spec.commandLine(), "--type: '" + type + "' (expected: gauge, counter, observer)");
  }

  private RuleSet rules(Configuration configuration) throws InvalidFileException {
    boolean collectd = configuration.get(Keys.MAPPING_COLLECTD);
    Path path = file != null ? file : configuration.get(Keys.MAPPING_FILE).orElse(null);
    if (path == null) {
      return collectd ? RuleSet.ofCollectd() : RuleSet.NONE;
    }
    return MappingFile.load(path, collectd).rules();
  }

  private void show(String text, RuleSet rules, MetricType asked) {
    row("path", text);
    String[] parts = text.split(";", -1);
    Labels.Builder tags = Labels.EMPTY.toBuilder();
    for (int i = 1; i < parts.length; i++) {
      int sign = parts[i].indexOf('=');
      if (sign < 1) {
        throw new ParameterException(
            spec.commandLine(), "tag '" + parts[i] + "' of " + text + " (expected: tag=value)");
      }
      tags.set(parts[i].substring(0, sign), parts[i].substring(sign + 1));
    }
    RuleSet.Decision decision = rules.explain(parts[0], tags.build(), asked);
    row("rule", decision.rule().isEmpty() ? "none" : decision.rule());
    switch (decision.mapped()) {
      case Mapped.Refused refused ->
          row("refused", refused.reason().label() + ": " + refused.text());
      case Mapped.Series(Registration series) -> show(series);
    }
  }

  private void show(Registration series) {
    row("name", series.labels().metricName());
    List<String> labels = new ArrayList<>();
    for (Map.Entry<String, String> label : series.labels().withoutName().toMap().entrySet()) {
      labels.add(label.getKey() + "=\"" + label.getValue() + '"');
    }
    row("labels", labels.isEmpty() ? "none" : String.join(", ", labels));
    ResourceRef resource = series.resource();
    row("resource", resource == null ? "none" : resource.type() + " " + resource.id());
    String policy = series.archivePolicy();
    row("archive policy", policy == null ? "by the rules of archive policies" : policy);
  }

  private void row(String what, String text) {
    spec.commandLine().getOut().printf("%-16s%s%n", what, text);
  }
}
