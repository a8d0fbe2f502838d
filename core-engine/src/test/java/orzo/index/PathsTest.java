package orzo.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.index.Matcher.Operation;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;

/** Series are found by the dotted paths that they came under. */
class PathsTest {
  private static final Tenant TENANT = new Tenant("pasta");

  private final SeriesIndex index = new SeriesIndex();
  private int series;

  private void add(@Nullable String path, String... labels) {
    index.add(series++, Metric.of(TENANT, Labels.of(labels), "low", null, path));
  }

  private List<Integer> select(Matcher... matchers) {
    return index.select(TENANT, List.of(matchers)).stream()
        .map(found -> (int) found.ref())
        .sorted()
        .toList();
  }

  private static Matcher path(Operation operation, String value) {
    return Matcher.of(Matcher.PATH, operation, value);
  }

  private static Matcher glob(String value) {
    return Matcher.of(Matcher.GLOB, Operation.EQUAL, value);
  }

  private void addSome() {
    add("servers.web01.cpu.user", "__name__", "cpu", "host", "web01");
    add("servers.web02.cpu.user", "__name__", "cpu", "host", "web02");
    add(null, "__name__", "servers.web03.cpu.user");
    add("disk.used;host=web01", "__name__", "disk_used", "host", "web01");
    add(null, "__name__", "disk.used", "host", "web02");
    add(null, "job", "x");
  }

  @Test
  void path_ofMappedAndOtherSeries_findsThem() {
    addSome();
    assertThat(select(path(Operation.EQUAL, "servers.web01.cpu.user"))).containsExactly(0);
    assertThat(select(path(Operation.EQUAL, "servers.web03.cpu.user"))).containsExactly(2);
    assertThat(select(path(Operation.EQUAL, "disk.used"))).containsExactly(3, 4);
    assertThat(select(path(Operation.EQUAL, "cpu"))).as("its name, not its path").isEmpty();
    assertThat(select(path(Operation.EQUAL, ""))).containsExactly(5);
    assertThat(select(path(Operation.NOT_EQUAL, "disk.used"))).containsExactly(0, 1, 2, 5);
    assertThat(select(path(Operation.MATCHES, "servers\\.web0[13]\\..*"))).containsExactly(0, 2);
    assertThat(select(path(Operation.NOT_MATCHES, "servers.*|"))).containsExactly(3, 4);
    assertThat(
            select(
                path(Operation.EQUAL, "disk.used"), Matcher.of("host", Operation.EQUAL, "web02")))
        .containsExactly(4);
  }

  @Test
  void glob_findsByNodePosition() {
    addSome();
    assertThat(select(glob("servers.*.cpu.user"))).containsExactly(0, 1, 2);
    assertThat(select(glob("*.web02.*.*"))).containsExactly(1);
    assertThat(select(glob("servers.{web01,web03}.cpu.*"))).containsExactly(0, 2);
    assertThat(select(glob("servers.*"))).as("the number of nodes must fit").isEmpty();
    assertThat(select(glob("*.*"))).containsExactly(3, 4);
    assertThat(select(Matcher.of(Matcher.GLOB, Operation.NOT_EQUAL, "*.*")))
        .containsExactly(0, 1, 2, 5);
  }

  @Test
  void values_arePaths() {
    addSome();
    assertThat(index.labelValues(TENANT, Matcher.PATH, List.of(), 10))
        .containsExactly(
            "disk.used",
            "servers.web01.cpu.user",
            "servers.web02.cpu.user",
            "servers.web03.cpu.user");
    assertThat(
            index.labelValues(
                TENANT,
                Matcher.PATH,
                List.of(List.of(Matcher.of("host", Operation.EQUAL, "web01"))),
                10))
        .containsExactly("disk.used", "servers.web01.cpu.user");
    assertThat(index.labelValues(TENANT, Matcher.PATH, List.of(), 2)).hasSize(2);
    assertThat(index.labelNames(TENANT, List.of(), 10)).containsExactly("__name__", "host", "job");
  }

  @Test
  void remove_forgetsThePath_andItsPlaceMayHaveAnother() {
    add("a.b", "__name__", "one");
    index.remove(0, new int[] {0});
    add(null, "__name__", "two"); // at the same place
    assertThat(select(path(Operation.EQUAL, "a.b"))).isEmpty();
    assertThat(select(path(Operation.EQUAL, "two"))).containsExactly(1);
  }

  @Test
  void path_ofASeriesThatWasJustRegistered_comesWithTheCatalog() {
    index.add(0, TENANT, Labels.of("__name__", "one"));
    assertThat(select(path(Operation.EQUAL, "a.b"))).isEmpty();
    index.add(0, Metric.of(TENANT, Labels.of("__name__", "one"), "low", null, "a.b"));
    index.add(0, Metric.of(TENANT, Labels.of("__name__", "one"), "low", null, "c.d"));
    assertThat(select(path(Operation.EQUAL, "a.b"))).containsExactly(0);
    assertThat(select(path(Operation.EQUAL, "c.d"))).isEmpty();
  }

  @RepeatedTest(10)
  void anyMatcher_findsWhatAskingEachSeriesFinds(RepetitionInfo info) {
    Random random = new Random(info.getCurrentRepetition());
    List<String> words = List.of("a", "b", "web", "a.b", "b.a.web", "web.a");
    TreeMap<Integer, String> paths = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      String name = words.get(random.nextInt(words.size()));
      boolean mapped = random.nextBoolean();
      String path = mapped ? words.get(random.nextInt(words.size())) : name;
      paths.put(series, path);
      add(mapped ? path : null, "__name__", name, "i", Integer.toString(i));
    }
    TreeSet<Integer> removed = new TreeSet<>();
    for (int i = 0; i < 50; i++) {
      removed.add(random.nextInt(300));
    }
    index.remove(0, removed.stream().mapToInt(i -> i).toArray());
    paths.keySet().removeAll(removed);
    List<Matcher> matchers = new ArrayList<>(List.of(glob("*"), glob("*.a"), glob("?.{a,web}")));
    for (Operation operation : Operation.values()) {
      for (String value : List.of("a.b", "web", "", "nothing")) {
        matchers.add(path(operation, value));
      }
    }
    matchers.add(path(Operation.MATCHES, ".*a|web"));
    matchers.add(path(Operation.NOT_MATCHES, "a.*"));
    for (Matcher matcher : matchers) {
      assertThat(select(matcher))
          .as(matcher.toString())
          .isEqualTo(
              paths.entrySet().stream()
                  .filter(entry -> matcher.matches(entry.getValue()))
                  .map(entry -> entry.getKey())
                  .toList());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "a.*.c a.b.c true",
        "a.*.c a.b.b.c false",
        "a.b* a.bcd true",
        "a.b* a.b.c false",
        "a.?b a.xb true",
        "a.?b a..b false",
        "a.[b-d]x a.cx true",
        "a.[b-d]x a.ex false",
        "a.[!b-d]x a.ex true",
        "a.[!b-d]x a.cx false",
        "a[!b]c a.c false",
        "a.[]x]y a.]y true",
        "a.[d-b]y a.cy false",
        "a.{b,c*}.d a.cc.d true",
        "a.{b,c*}.d a.bb.d false",
        "a.{b.c,d}.e a.b.c.e true",
        "a.{b,}c a.c true",
        "a.{{b,c} a.{b true",
        "a.[b a.[b true",
        "a.{b a.{b true",
        "a+b a+b true",
        "a+b aab false",
        "ü*\\ ü1\\ true",
        "(a|b) a false",
        "{a[},]b} a}b} true",
      })
  void glob_isGraphites(String glob, String path, boolean fits) {
    assertThat(glob(glob).matches(path)).isEqualTo(fits);
  }

  @Test
  void glob_ofAnyText_isAnExpression() {
    Random random = new Random(7);
    String characters = "ab.*?[]{},!-^\\Q\\E(|)$ü";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int k = random.nextInt(12); k > 0; k--) {
        text.append(characters.charAt(random.nextInt(characters.length())));
      }
      boolean _ = glob(text.toString()).matches("a.b"); // and does not throw
    }
  }

  @Test
  void glob_withTheComparisonsOfExpressions_isRefused() {
    assertThatThrownBy(() -> Matcher.of(Matcher.GLOB, Operation.MATCHES, "a.*"))
        .hasMessage(
            "matcher __glob__=~\"a.*\": (expected: = or !=, as the value is a glob; __path__ takes"
                + " expressions)");
  }
}
