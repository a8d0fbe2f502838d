package orzo.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.file.InvalidFileException;
import orzo.intake.Registration;
import orzo.intake.Rejection;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

class RuleFileTest {
  private static final String RULES =
      """
      mappings:
        - match: "servers.*.cpu.*"
          name: "server_cpu_percent"
          labels:
            host: "$1"
            mode: "${2}"
          resource: {type: host, id: "$1"}
          archive_policy: low
        - match: "servers.*.disk-*.*"
          name: "server_disk_${3}"
          labels: {host: $1, disk: $2}
        - match: '^stats\\.(?P<app>[a-z]+)\\.(.*)\\.count$'
          match_type: regex
          name: "${app}_$2_total"
          labels: {path: "$2"}
          resource: {type: application, id: "app-${app}"}
        - match: "servers.*.debug.*"
          action: drop
        - match: "web.*.requests"
          match_metric_type: counter
          name: "requests_total"
          labels: {site: "$1"}
        - match: "web.*.requests"
          match_metric_type: timer
          name: "request_seconds"
          labels: {site: "$1"}
        - match: "racks.*"
          template: ".rack.measurement*"
          resource: {type: rack, id: "${rack}"}
      templates:
        - "legacy.*.* .dc.host.measurement.field* unit=none,dc=x"
        - "solo.* .measurement"
      """;

  private final RuleSet rules = parse(RULES);

  private static RuleSet parse(String text) {
    try {
      return RuleFile.parse("rules.yaml", text, false);
    } catch (InvalidFileException e) {
      throw new AssertionError(e);
    }
  }

  private static Registration registration(Mapped mapped) {
    assertThat(mapped).isInstanceOf(Mapped.Series.class);
    return ((Mapped.Series) mapped).registration();
  }

  @Test
  void map_aGlob_givesNameLabelsResourceAndPolicy() {
    assertThat(registration(rules.map("servers.web01.cpu.user")))
        .isEqualTo(
            new Registration(
                Labels.of("__name__", "server_cpu_percent", "host", "web01", "mode", "user"),
                new ResourceRef("host", "web01"),
                "low",
                "servers.web01.cpu.user"));
  }

  @Test
  void map_aWildcardWithinANode_capturesItsPart() {
    assertThat(registration(rules.map(".servers..web01.disk-sda-1.io.")))
        .isEqualTo(
            new Registration(
                Labels.of("__name__", "server_disk_io", "host", "web01", "disk", "sda-1"),
                null,
                null,
                "servers.web01.disk-sda-1.io"));
  }

  @Test
  void map_anExpression_givesGroupsByNumberAndName() {
    assertThat(registration(rules.map("stats.shop.cart.put-item.count")))
        .isEqualTo(
            new Registration(
                Labels.of("__name__", "shop_cart_put_item_total", "path", "cart.put-item"),
                new ResourceRef("application", "app-shop"),
                null,
                "stats.shop.cart.put-item.count"));
  }

  @Test
  void map_aDroppedPath_isRefusedAndSaysByWhichRule() {
    assertThat(rules.map("servers.web01.debug.x"))
        .isEqualTo(
            new Mapped.Refused(
                Rejection.DROPPED_BY_RULE,
                "path 'servers.web01.debug.x': dropped by rules.yaml, rule 4 (line 17)"));
  }

  @Test
  void map_aRuleForOneType_isForThatOnly() {
    assertThat(registration(rules.map("web.a.requests", Labels.EMPTY, MetricType.COUNTER)).labels())
        .isEqualTo(Labels.of("__name__", "requests_total", "site", "a"));
    assertThat(
            registration(rules.map("web.a.requests", Labels.EMPTY, MetricType.OBSERVER)).labels())
        .isEqualTo(Labels.of("__name__", "request_seconds", "site", "a"));
    assertThat(registration(rules.map("web.a.requests")))
        .isEqualTo(Registration.of(Labels.of("__name__", "web.a.requests")));
  }

  @Test
  void map_templates_fillLabelsFromNodes() {
    assertThat(registration(rules.map("racks.r7.fan.speed")))
        .isEqualTo(
            new Registration(
                Labels.of("__name__", "fan_speed", "rack", "r7"),
                new ResourceRef("rack", "r7"),
                null,
                "racks.r7.fan.speed"));
    assertThat(registration(rules.map("legacy.eu.web01.cpu.load-avg.5m")).labels())
        .isEqualTo(
            Labels.of("__name__", "cpu_load_avg_5m", "dc", "eu", "host", "web01", "unit", "none"));
    assertThat(registration(rules.map("legacy.eu.web01.cpu")).labels().metricName())
        .isEqualTo("cpu");
  }

  @Test
  void map_aTemplateThatLeavesTheNameEmpty_isRefused() {
    assertThat(rules.map("legacy.eu.web01"))
        .isEqualTo(
            new Mapped.Refused(
                Rejection.INVALID_PATH,
                "path 'legacy.eu.web01': rules.yaml, rule 8 (line 31) gives it an empty name"
                    + " (expected: one character or more)"));
  }

  @Test
  void map_tags_stayLabelsUnlessTheRuleSetsThem() {
    assertThat(
            registration(rules.map("servers.web01.cpu.user", Labels.of("host", "x", "rack", "r1"))))
        .isEqualTo(
            new Registration(
                Labels.of(
                    "__name__",
                    "server_cpu_percent",
                    "host",
                    "web01",
                    "mode",
                    "user",
                    "rack",
                    "r1"),
                new ResourceRef("host", "web01"),
                "low",
                "servers.web01.cpu.user;host=x;rack=r1"));
  }

  @Test
  void map_theFirstRuleInOrder_counts_whateverItsKind() {
    RuleSet ordered =
        parse(
            """
            mappings:
              - {match: 'b\\.c', match_type: regex, name: first}
              - {match: "a.b.c", name: second}
              - {match: "a.*.*", name: third}
              - {match: 'a', match_type: regex, name: fourth}
            """);

    assertThat(name(ordered, "a.b.c")).isEqualTo("first");
    assertThat(name(ordered, "a.b.d")).isEqualTo("third");
    assertThat(name(ordered, "a.b")).isEqualTo("fourth");
    assertThat(name(ordered, "x.y")).isEqualTo("x.y");
    assertThat(ordered.explain("a.b.d", Labels.EMPTY, MetricType.GAUGE).rule())
        .isEqualTo("rules.yaml, rule 3 (line 4): a.*.*");
    assertThat(ordered.explain("x.y", Labels.EMPTY, MetricType.GAUGE).rule()).isEmpty();
  }

  private static String name(RuleSet rules, String path) {
    return registration(rules.map(path)).labels().metricName();
  }

  @Test
  void map_namesMadeOfNodes_areLegal_andStatedOnesStay() {
    RuleSet made =
        parse(
            """
            defaults: {match_type: regex, template_separator: ":"}
            mappings:
              - {match: '^p\\.(.*)$', name: "$1"}
              - {match: '^d\\.(.*)$', name: "a.$$.$1"}
            templates: ["measurement*"]
            """);

    assertThat(name(made, "p.5xx.é-x")).isEqualTo("_5xx___x");
    assertThat(name(made, "d.x y")).isEqualTo("a.$.x_y");
    assertThat(name(made, "t.u-v")).isEqualTo("t:u_v");
  }

  @Test
  void map_emptyCaptures_giveNoLabelAndNoResource() {
    RuleSet optional =
        parse(
            """
            mappings:
              - match: '^a\\.b(x)?$'
                match_type: regex
                name: n
                labels: {x: "$1"}
                resource: {type: t, id: "$1"}
            """);

    assertThat(registration(optional.map("a.b")))
        .isEqualTo(new Registration(Labels.of("__name__", "n"), null, null, "a.b"));
  }

  @Test
  void parse_nothing_isNoRules() throws Exception {
    assertThat(RuleFile.parse("f", "", false).size()).isZero();
    assertThat(RuleFile.parse("f", "mappings:\ntemplates: []\n", false).size()).isZero();
    assertThat(rules.size()).isEqualTo(9);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|f: a list (allowed: a mapping of fields to values)",
        "mapping: []|f: unknown field 'mapping' (allowed: defaults, mappings, templates)",
        "mappings: x|f: mappings: 'x' (allowed: a list)",
        "mappings: [x]|f, rule 1 (line 1): 'x' (allowed: a mapping of fields to values)",
        "{a: [}|f, line 1, column 6: not YAML: expected the node content, but found '}'",
        "defaults: {ttl: 3s}"
            + "|f, defaults: unknown field 'ttl' (allowed: match_type, template_separator)",
        "mappings: [{name: n}]"
            + "|f, rule 1 (line 1): match: not there (allowed: a glob or an expression)",
        "mappings: [{match: a.*}]"
            + "|f, rule 1 (line 1): name: not there (allowed: a metric name, or instead of it a"
            + " template)",
        "mappings: [{match: a, name: n}, {match: b, name: n, match_type: globb}]"
            + "|f, rule 2 (line 1): match_type: 'globb' (allowed: glob, regex)",
        "mappings: [{match: a, name: n, action: keep}]"
            + "|f, rule 1 (line 1): action: 'keep' (allowed: map, drop)",
        "mappings: [{match: a, name: n, match_metric_type: set}]"
            + "|f, rule 1 (line 1): match_metric_type: 'set' (allowed: counter, gauge, observer,"
            + " timer)",
        "mappings: [{match: a, name: n, match: b}]"
            + "|f, rule 1 (line 1): match: there twice (allowed: once)",
        "mappings: [{match: [a], name: n}]"
            + "|f, rule 1 (line 1): match: a list (allowed: a plain value)",
        "mappings: [{match: a..b, name: n}]"
            + "|f, rule 1 (line 1): match: 'a..b': an empty node (allowed: nodes with a dot"
            + " between)",
        "mappings: [{match: 'a(', match_type: regex, name: n}]"
            + "|f, rule 1 (line 1): match: 'a(' (allowed: an expression in RE2's syntax): error"
            + " parsing regexp: missing closing ): `a(`",
        "mappings: [{match: a.*, name: n$2}]"
            + "|f, rule 1 (line 1): name: 'n$2': reference '$2' (allowed: ${1}, and $$ for a"
            + " dollar sign)",
        "mappings: [{match: a.*, name: n, labels: {x: 'a${b'}}]"
            + "|f, rule 1 (line 1), labels: x: 'a${b': reference '${b' (allowed: ${1}, and $$"
            + " for a dollar sign)",
        "mappings: [{match: a.*, name: n, labels: {x-y: a}}]"
            + "|f, rule 1 (line 1), labels: 'x-y' (allowed: letters, digits and _, but not"
            + " __name__)",
        "mappings: [{match: a.*, name: n, resource: {type: 'a b', id: $1}}]"
            + "|f, rule 1 (line 1), resource: type: 'a b' (allowed: 1 to 255 of a-z A-Z 0-9 _ -)",
        "mappings: [{match: a.*, name: n, resource: {type: host}}]"
            + "|f, rule 1 (line 1), resource: id: '' (allowed: a text with references such as"
            + " $1)",
        "mappings: [{match: a, name: n, archive_policy: ''}]"
            + "|f, rule 1 (line 1): archive_policy: '' (allowed: the name of an archive policy, 1"
            + " to 255 characters)",
        "mappings: [{match: a, name: n, template: measurement}]"
            + "|f, rule 1 (line 1): name: beside template (allowed: one or the other)",
        "mappings: [{match: a, template: host.x}]"
            + "|f, rule 1 (line 1): template: 'host.x': no measurement (allowed: measurement or"
            + " measurement*)",
        "templates: [measurement*.host]"
            + "|f, rule 1 (line 1): template: 'measurement*.host': 'measurement*' (allowed:"
            + " measurement* or field*, as the last word)",
        "templates: [ho-st.measurement]"
            + "|f, rule 1 (line 1): template: 'ho-st.measurement': 'ho-st' (allowed: names of"
            + " labels, measurement, field, or nothing)",
        "templates: [a b c d]"
            + "|f, rule 1 (line 1): 'a b c d' (allowed: [filter] template [tag=value,…])",
        "templates: ['a measurement x=1,y']"
            + "|f, rule 1 (line 1): tag 'y' (allowed: tag=value,tag=value)",
        "templates: [[a]]"
            + "|f, rule 1 (line 1): not a text (allowed: [filter] template [tag=value,…])",
      })
  void parse_aWrongFile_saysWhatIsWrongWhere(String text, String problem) {
    assertThatExceptionOfType(InvalidFileException.class)
        .isThrownBy(() -> RuleFile.parse("f", text, false))
        .satisfies(e -> assertThat(e.problems()).containsExactly(problem));
  }

  @Test
  void parse_manyFaults_reportsThemAtOnce_butNotWithoutEnd() {
    assertThatExceptionOfType(InvalidFileException.class)
        .isThrownBy(() -> RuleFile.parse("f", "mappings:\n" + "  - {}\n".repeat(1_000), false))
        .satisfies(e -> assertThat(e.problems()).hasSize(50));
  }

  @Test
  void parse_damagedText_isRulesOrInvalid() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 3_000; i++) {
      StringBuilder text = new StringBuilder(RULES);
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, (char) (' ' + random.nextInt(95)));
          case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(30)));
          default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
        }
      }
      try {
        RuleSet damaged = RuleFile.parse("f", text.toString(), true);
        for (String path : new String[] {"servers.a.cpu.b", "stats.a.b.count", "racks.x.y"}) {
          assertThat(damaged.map(path)).as(text.toString()).isNotNull();
        }
      } catch (InvalidFileException e) {
        assertThat(e.problems()).as(text.toString()).isNotEmpty();
      }
    }
  }

  @Test
  void map_withThousandsOfRules_findsEachByItsNodes() {
    StringBuilder text = new StringBuilder("mappings:\n");
    for (int i = 0; i < 5_000; i++) {
      text.append("- {match: \"apps.app").append(i).append(".*.*\", name: app").append(i);
      text.append(", labels: {a: $1, b: $2}}\n");
    }
    RuleSet many = parse(text.toString());

    for (int i = 0; i < 5_000; i++) {
      assertThat(name(many, "apps.app" + i + ".x.y")).isEqualTo("app" + i);
    }
  }
}
