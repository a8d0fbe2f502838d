package orzo.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class AggregationMethodTest {
  private static final List<AggregationMethod> DEFAULTS = BuiltInPolicies.DEFAULT_METHODS;

  @Test
  void all_areGnocchisWithTheirRates_andIncrease() {
    Set<String> expected = new HashSet<>();
    for (String name :
        List.of("mean", "sum", "last", "max", "min", "std", "median", "first", "count")) {
      expected.add(name);
      expected.add("rate:" + name);
    }
    for (int percentile = 1; percentile < 100; percentile++) {
      expected.add(percentile + "pct");
      expected.add("rate:" + percentile + "pct");
    }
    expected.add("increase");

    assertThat(names(AggregationMethod.all())).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void parse_nameOfAnyMethod_isThatMethod() {
    for (AggregationMethod method : AggregationMethod.all()) {
      assertThat(AggregationMethod.parse(method.name())).isEqualTo(method);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "wtf",
        "MEAN",
        "rate:",
        "rate:increase",
        "rate:rate:mean",
        "percentile",
        "0pct",
        "100pct",
        "07pct",
        "pct",
        "-5pct",
        "*",
        "+mean",
        "mean "
      })
  void parse_anythingElse_isRefused(String name) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> AggregationMethod.parse(name))
        .withMessageStartingWith("aggregation method '" + name + "' (expected: mean, sum, ")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED));
  }

  @Test
  void select_names_areInTheOrderStated() {
    assertThat(select("last", "95pct", "rate:mean", "last"))
        .containsExactly("last", "95pct", "rate:mean");
  }

  @Test
  void select_none_isTheDefault() {
    assertThat(select()).containsExactly("mean", "min", "max", "sum", "std", "count");
  }

  @Test
  void select_signsOnly_changeTheDefault() {
    assertThat(select("-std", "+last", "-mean"))
        .containsExactly("min", "max", "sum", "count", "last");
    assertThat(select("+last", "-last")).isEqualTo(select());
    assertThat(select("-last", "+last")).endsWith("last");
  }

  @Test
  void select_signsAmongNames_changeTheNames() {
    assertThat(select("-max", "max", "last", "+first")).containsExactly("last", "first");
  }

  @Test
  void select_star_isAll() {
    assertThat(select("*")).isEqualTo(names(AggregationMethod.all()));
    assertThat(select("-mean", "*")).hasSize(AggregationMethod.all().size() - 1);
  }

  @Test
  void select_badNameBehindASign_isRefused() {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> select("-wtf"))
        .withMessageContaining("'wtf'");
  }

  /** The same as Gnocchi's rule, written over sets of names. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void select_anyList_isWhatGnocchiMakesOfIt(long seed) {
    Random random = new Random(seed);
    List<String> all = names(AggregationMethod.all());
    for (int i = 0; i < 2_000; i++) {
      // Each name at most once: Gnocchi does not say which of +x and -x wins.
      List<String> stated = new ArrayList<>();
      for (String name : new LinkedHashSet<>(List.of(any(all, random), any(all, random), "mean"))) {
        stated.add(any(List.of("", "+", "-"), random) + name);
      }
      if (random.nextInt(5) == 0) {
        stated.add("*");
      }
      Set<String> expected = new HashSet<>();
      if (stated.contains("*")) {
        expected.addAll(all);
      } else if (stated.stream().allMatch(one -> one.matches("[+-].*"))) {
        expected.addAll(names(DEFAULTS));
      }
      for (String one : stated) {
        if (one.startsWith("-")) {
          expected.remove(one.substring(1));
        } else if (!one.equals("*")) {
          expected.add(one.replace("+", ""));
        }
      }
      assertThat(new HashSet<>(select(stated.toArray(new String[0]))))
          .as("seed %d, %s", seed, stated)
          .isEqualTo(expected);
    }
  }

  private static String any(List<String> some, Random random) {
    return some.get(random.nextInt(some.size()));
  }

  private static List<String> select(String... stated) {
    return names(AggregationMethod.select(List.of(stated), DEFAULTS));
  }

  private static List<String> names(Collection<AggregationMethod> methods) {
    return methods.stream().map(AggregationMethod::name).toList();
  }
}
