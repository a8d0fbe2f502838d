package orzo.gnocchi.aggregates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import orzo.gnocchi.operations.MetricSelector;
import orzo.gnocchi.operations.Operation;
import orzo.gnocchi.operations.OperationsParser;
import orzo.gnocchi.operations.Sampling;
import orzo.read.Points;

/** Gnocchi's own answers to operations on random series, digit by digit. */
class GnocchiAnswersTest {
  private static final OperationsParser PARSER =
      new OperationsParser(text -> Optional.of(Duration.ofSeconds(Long.parseLong(text))));

  @TestFactory
  Stream<DynamicTest> answers_areGnocchis() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(
            GnocchiAnswersTest.class.getResourceAsStream("/orzo/gnocchi/gnocchi-answers.txt"))) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(text.strip().split("\n\n", -1))
          .filter(block -> block.startsWith("case "))
          .map(block -> block.split("\n", -1))
          .map(lines -> DynamicTest.dynamicTest(lines[0] + ", " + lines[1], () -> check(lines)));
    }
  }

  private static void check(String[] lines) {
    Operation operation = PARSER.parse(lines[0].substring("case ".length()));
    Map<Long, Map<String, Points>> inputs = new LinkedHashMap<>();
    List<String> expected = new ArrayList<>();
    String[] with = lines[1].split(" ", -1);
    long start = with[3].equals("-") ? Long.MIN_VALUE : Long.parseLong(with[3]);
    long stop = with[4].equals("-") ? Long.MAX_VALUE : Long.parseLong(with[4]);
    for (String line : Arrays.asList(lines).subList(2, lines.length)) {
      if (line.startsWith("input ")) {
        String[] words = line.split(" ", -1);
        long granularity = Long.parseLong(words[1]) * 1000;
        long from = start == Long.MIN_VALUE ? start : new Sampling.Fixed(granularity).start(start);
        inputs
            .computeIfAbsent(granularity, _ -> new LinkedHashMap<>())
            .put(words[2], series(Arrays.asList(words).subList(3, words.length), from, stop));
      } else {
        expected.add(line);
      }
    }
    List<String> names = List.copyOf(inputs.values().iterator().next().keySet());
    Aggregates aggregates =
        new Aggregates(
            operation,
            names.stream().map(name -> new MetricSelector(name, "mean")).toList(),
            new Aggregates.Limits(
                fill(with[1]),
                OptionalDouble.of(Double.parseDouble(with[2])),
                !with[3].equals("-"),
                !with[4].equals("-")),
            1_000_000);
    List<String> answer;
    try {
      answer =
          show(
              names,
              aggregates.evaluate(
                  inputs.entrySet().stream()
                      .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
                      .map(input ->
                          new Aggregates.Input(
                              new Sampling.Fixed(input.getKey()),
                              List.copyOf(input.getValue().values())))
                      .toList()));
    } catch (Unaggregable e) {
      answer = List.of("refused " + e.reason());
    }
    // C's pow and Java's may differ in the last two digits; nothing else may.
    if (operation.toString().contains("'**'")) {
      assertClose(answer, expected);
    } else {
      assertThat(answer).isEqualTo(expected);
    }
  }

  private static void assertClose(List<String> answer, List<String> expected) {
    List<String> words = List.of(String.join(" ", answer).split("[ =]", -1));
    List<String> expectedWords = List.of(String.join(" ", expected).split("[ =]", -1));
    assertThat(words).hasSameSizeAs(expectedWords);
    for (int i = 0; i < words.size(); i++) {
      if (expectedWords.get(i).matches("-?[0-9.]+(e[+-]?[0-9]+)?")) {
        double value = Double.parseDouble(expectedWords.get(i));
        assertThat(Double.parseDouble(words.get(i))).isCloseTo(value, within(2 * Math.ulp(value)));
      } else {
        assertThat(words.get(i)).isEqualTo(expectedWords.get(i));
      }
    }
  }

  private static Fill fill(String word) {
    return word.equals("overlap")
        ? Fill.OVERLAP
        : Fill.named(word).orElseGet(() -> Fill.with(Double.parseDouble(word)));
  }

  private static Points series(List<String> points, long from, long to) {
    List<String[]> inside =
        points.stream()
            .map(point -> point.split("=", -1))
            .filter(point -> Long.parseLong(point[0]) >= from && Long.parseLong(point[0]) < to)
            .toList();
    return new Points(
        inside.stream().mapToLong(point -> Long.parseLong(point[0])).toArray(),
        inside.stream().mapToDouble(point -> number(point[1])).toArray());
  }

  private static double number(String text) {
    return text.equals("nan") ? Double.NaN : Double.parseDouble(text);
  }

  private static List<String> show(List<String> names, Aggregates.Answer answer) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < answer.columns().size(); i++) {
      StringBuilder line =
          new StringBuilder(answer.aggregated() ? "aggregated" : "series " + names.get(i));
      for (Aggregates.Run run : answer.columns().get(i)) {
        Sampling.Fixed sampling = (Sampling.Fixed) run.sampling();
        for (int row = 0; row < run.series().size(); row++) {
          line.append(' ')
              .append(run.series().startsMillis()[row])
              .append('/')
              .append(sampling.millis() / 1e3)
              .append('=')
              .append(new Operation.Constant(run.series().values()[row]));
        }
      }
      lines.add(line.toString());
    }
    return lines;
  }
}
