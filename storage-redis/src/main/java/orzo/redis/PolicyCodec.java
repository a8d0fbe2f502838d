package orzo.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import orzo.metric.AggregationMethod;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicy.Definition;
import orzo.metric.ArchivePolicyRule;
import orzo.metric.ArchivePolicyRule.Condition;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Archive policies and rules as stored, without their names, which their fields have. A policy:
 * version, raw milliseconds, back window, the methods' names, and for each definition milliseconds
 * and points, 0 for all. A rule: version, pattern, policy, and for each condition label, comparison
 * and value.
 */
final class PolicyCodec {
  private static final int VERSION = 1;
  private static final long ALL_POINTS = 0;

  private PolicyCodec() {}

  static byte[] encode(ArchivePolicy policy) {
    RecordWriter writer =
        new RecordWriter()
            .number(VERSION)
            .fixedLong(policy.raw().toMillis())
            .number(policy.backWindow())
            .number(policy.methods().size());
    policy.methods().forEach(method -> writer.text(method.name()));
    writer.number(policy.definitions().size());
    for (Definition definition : policy.definitions()) {
      writer
          .fixedLong(definition.granularityMillis())
          .fixedLong(definition.points().orElse(ALL_POINTS));
    }
    return writer.toBytes();
  }

  static byte[] encode(ArchivePolicyRule rule) {
    RecordWriter writer =
        new RecordWriter()
            .number(VERSION)
            .text(rule.metricPattern())
            .text(rule.policy())
            .number(rule.conditions().size());
    for (Condition condition : rule.conditions()) {
      writer.text(condition.label()).text(condition.comparison()).text(condition.value());
    }
    return writer.toBytes();
  }

  /**
   * Decodes a policy.
   *
   * @throws GatewayException {@link Kind#CORRUPT} when the bytes are no policy
   */
  static ArchivePolicy decodePolicy(String name, byte[] bytes) {
    return decode(
        "archive policy '" + name + "'",
        bytes,
        reader -> {
          Duration raw = Duration.ofMillis(reader.fixedLong());
          int backWindow = reader.number();
          List<AggregationMethod> methods = new ArrayList<>();
          for (int left = reader.number(); left > 0; left--) {
            methods.add(AggregationMethod.parse(reader.text()));
          }
          List<Definition> definitions = new ArrayList<>();
          for (int left = reader.number(); left > 0; left--) {
            Duration granularity = Duration.ofMillis(reader.fixedLong());
            long points = reader.fixedLong();
            definitions.add(
                new Definition(
                    granularity,
                    points == ALL_POINTS ? OptionalLong.empty() : OptionalLong.of(points)));
          }
          return new ArchivePolicy(name, raw, backWindow, methods, definitions);
        });
  }

  /**
   * Decodes a rule.
   *
   * @throws GatewayException {@link Kind#CORRUPT} when the bytes are no rule
   */
  static ArchivePolicyRule decodeRule(String name, byte[] bytes) {
    return decode(
        "archive policy rule '" + name + "'",
        bytes,
        reader -> {
          String pattern = reader.text();
          String policy = reader.text();
          List<Condition> conditions = new ArrayList<>();
          for (int left = reader.number(); left > 0; left--) {
            conditions.add(new Condition(reader.text(), reader.text(), reader.text()));
          }
          return new ArchivePolicyRule(name, pattern, conditions, policy);
        });
  }

  private static <T> T decode(String what, byte[] bytes, Function<RecordReader, T> read) {
    RecordReader reader = new RecordReader(what, VERSION, bytes);
    T decoded;
    try {
      decoded = read.apply(reader);
    } catch (GatewayException e) {
      throw e.kind() == Kind.CORRUPT ? e : reader.corrupt(String.valueOf(e.getMessage()));
    }
    reader.end();
    return decoded;
  }
}
