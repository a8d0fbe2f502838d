package orzo.book;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.book.Condition.And;
import orzo.book.Condition.Compare;
import orzo.book.Condition.In;
import orzo.book.Condition.Lifespan;
import orzo.book.Condition.Like;
import orzo.book.Condition.Not;
import orzo.book.Condition.Operator;
import orzo.book.Condition.Or;
import orzo.book.ResourceType.Attribute;

class ConditionTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final ResourceType TYPE =
      new ResourceType(
          "host",
          Map.of(
              "name", new Attribute(new AttributeType.Text(0, 9), false),
              "owner", new Attribute(new AttributeType.Id(), false),
              "size", new Attribute(new AttributeType.Real(null, null), false),
              "up", new Attribute(new AttributeType.Bool(), false),
              "at", new Attribute(new AttributeType.Time(), false)));
  private static final ResourceState SMALL = host("small", 1, null);
  private static final ResourceState BIG = host("big", 9, START.plusSeconds(60));
  private static final ResourceState NONE = host(null, null, null);

  @Test
  void compare_withAValue_isUnknownWithoutOne() {
    assertFound(new Compare(column("size"), Operator.EQUAL, 9.0), BIG);
    assertFound(new Compare(column("size"), Operator.NOT_EQUAL, 9.0), SMALL, NONE);
    assertFound(new Compare(column("size"), Operator.LESS, 9.0), SMALL);
    assertFound(new Compare(column("size"), Operator.LESS_OR_EQUAL, 9.0), SMALL, BIG);
    assertFound(new Compare(column("size"), Operator.GREATER, 1.0), BIG);
    assertFound(new Compare(column("size"), Operator.GREATER_OR_EQUAL, 1.0), SMALL, BIG);
    assertFound(new Not(new Compare(column("size"), Operator.LESS, 9.0)), BIG);
    assertFound(new Not(new Compare(column("size"), Operator.NOT_EQUAL, 9.0)), BIG);
  }

  @Test
  void compare_withNoValue_asksWhetherThereIsOne() {
    assertFound(new Compare(column("size"), Operator.EQUAL, null), NONE);
    assertFound(new Compare(column("size"), Operator.NOT_EQUAL, null), SMALL, BIG);
    assertFound(new Compare(column("size"), Operator.LESS, null));
    assertFound(new Not(new Compare(column("size"), Operator.LESS, null)));
  }

  @Test
  void in_isUnknownWithoutAValue() {
    assertFound(new In(column("name"), Set.of("small", "other")), SMALL);
    assertFound(new Not(new In(column("name"), Set.of("small", "other"))), BIG);
  }

  @Test
  void andOr_ofTheUnknown_followSql() {
    Condition unknown = new Compare(column("size"), Operator.LESS, null);
    Condition yes = new Compare(column("type"), Operator.EQUAL, "host");
    Condition no = new Not(yes);

    assertFound(new And(List.of(yes, unknown)));
    assertFound(new Not(new And(List.of(no, unknown))), SMALL, BIG, NONE);
    assertFound(new Or(List.of(no, unknown)));
    assertFound(new Not(new Or(List.of(no, unknown))));
    assertFound(new Or(List.of(unknown, yes)), SMALL, BIG, NONE);
    assertFound(new And(List.of()), SMALL, BIG, NONE);
    assertFound(new Or(List.of()), SMALL, BIG, NONE);
  }

  @Test
  void like_isUnknownWithoutAText() {
    assertFound(new Like(column("name"), LikePattern.of("%g")), BIG);
    assertFound(new Not(new Like(column("name"), LikePattern.of("%g"))), SMALL);
    assertFound(new Like(column("size"), LikePattern.of("%")));
  }

  @Test
  void lifespan_isUnknownWithoutAnEnd() {
    assertFound(new Lifespan(Operator.GREATER, Duration.ofSeconds(59)), BIG);
    assertFound(new Lifespan(Operator.EQUAL, Duration.ofMinutes(1)), BIG);
    assertFound(new Not(new Lifespan(Operator.GREATER, Duration.ofMinutes(2))), BIG);
  }

  @Test
  void columns_areThoseOfTheType() {
    for (String name :
        new String[] {
          "id", "original_resource_id", "type", "creator", "user_id", "project_id", "started_at",
          "ended_at", "revision_start", "name", "owner", "size", "up", "at"
        }) {
      Object value = column(name).value(BIG);
      assertThat(value == null || column(name).kind().takes(value)).as(name).isTrue();
    }
    assertThat(column("owner").value(BIG)).isEqualTo(new UUID(-1, 5).toString());
    assertThat(column("up").value(BIG)).isEqualTo(true);
    assertThat(Column.of(TYPE, "metrics", true)).isEmpty();
    assertThat(Column.of(TYPE, "revision_end", false)).isEmpty();
    assertThat(Column.of(TYPE, "revision", false)).isEmpty();
    assertThat(Column.of(TYPE, "revision_end", true)).isPresent();
    assertThat(Column.of(TYPE, "revision", true).orElseThrow().value(BIG)).isEqualTo(-1);
    assertThat(Column.of(ResourceType.GENERIC, "size", true)).isEmpty();
  }

  @Test
  void compare_withAValueOfAnotherKind_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Compare(column("size"), Operator.EQUAL, "9"))
        .withMessage("class java.lang.String (expected: what a column of REAL takes)");
  }

  @Test
  void sortKey_putsTheAbsentWhereItIsTold() {
    assertThat(sorted(new SortKey(column("size"), false, false))).containsExactly(SMALL, BIG, NONE);
    assertThat(sorted(new SortKey(column("size"), true, false))).containsExactly(BIG, SMALL, NONE);
    assertThat(sorted(new SortKey(column("size"), false, true))).containsExactly(NONE, SMALL, BIG);
    assertThat(sorted(new SortKey(column("size"), true, true))).containsExactly(NONE, BIG, SMALL);
  }

  private static List<ResourceState> sorted(SortKey key) {
    return List.of(BIG, NONE, SMALL).stream().sorted(key.order()).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "% | '' | true",
        "'' | a | false",
        "a% | abc | true",
        "a% | ba | false",
        "%c | abc | true",
        "%b% | abc | true",
        "a_c | abc | true",
        "a_c | ac | false",
        "%a%b | aXbXb | true",
        "%ab%ab | abab | true",
        "%ab%ab | aba | false",
        "a\\% | a% | true",
        "a\\% | ab | false",
        "_ | 𝄞 | true",
        "a\\\\ | a\\ | true"
      })
  void like_fits(String pattern, String text, boolean fits) {
    assertThat(LikePattern.of(pattern).fits(text)).isEqualTo(fits);
  }

  @Test
  void like_anyPattern_agreesWithRegularExpressions() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 20_000; i++) {
      String pattern = text(random, "ab%_");
      String text = text(random, "ab");
      String expression = pattern.replace("%", ".*").replace("_", ".");
      assertThat(LikePattern.of(pattern).fits(text))
          .as("%s like %s", text, pattern)
          .isEqualTo(Pattern.matches(expression, text));
    }
  }

  private static String text(SplittableRandom random, String letters) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(9); left > 0; left--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  private static Column column(String name) {
    return Column.of(TYPE, name, false).orElseThrow();
  }

  private static void assertFound(Condition condition, ResourceState... expected) {
    assertThat(List.of(SMALL, BIG, NONE).stream().filter(condition::holds))
        .containsExactly(expected);
  }

  private static ResourceState host(
      @Nullable String name, @Nullable Integer size, @Nullable Instant end) {
    return new ResourceState(
        new UUID(0, name == null ? 0 : name.length()),
        "original",
        "host",
        "me",
        null,
        null,
        START,
        end,
        START,
        null,
        ResourceState.CURRENT,
        name == null || size == null
            ? Map.of()
            : Map.of(
                "name", new AttributeValue.Text(name),
                "size", new AttributeValue.Real(size),
                "owner", new AttributeValue.Id(new UUID(-1, 5)),
                "up", new AttributeValue.Bool(true),
                "at", new AttributeValue.Time(START)));
  }
}
