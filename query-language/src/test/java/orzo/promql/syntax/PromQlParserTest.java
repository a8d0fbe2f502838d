package orzo.promql.syntax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import orzo.index.Matcher;
import orzo.promql.syntax.Expr.At;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.promql.syntax.Expr.DurationExpr;
import orzo.promql.syntax.Expr.Extension;
import orzo.promql.syntax.Expr.Modifiers;
import orzo.promql.syntax.Expr.VectorMatching;
import orzo.query.QueryException;

/** What each form becomes; {@link WellFormedQueriesTest} has many more forms, printed. */
class PromQlParserTest {
  private static final Position ANYWHERE = new Position(0, 0);

  private static Expr.VectorSelector selector(String name) {
    return new Expr.VectorSelector(
        name,
        List.of(Matcher.of("__name__", Matcher.Operation.EQUAL, name)),
        Modifiers.NONE,
        ANYWHERE);
  }

  private static Expr number(double value) {
    return new Expr.NumberLiteral(value, ANYWHERE);
  }

  private static Expr binary(BinaryOperator operator, Expr left, Expr right) {
    return new Expr.Binary(operator, left, right, false, VectorMatching.DEFAULT, ANYWHERE);
  }

  private static void assertTree(String query, Expr expected) {
    assertThat(Trees.withoutPositions(PromQlParser.parse(query)))
        .as(query)
        .isEqualTo(Trees.withoutPositions(expected));
  }

  private static Modifiers modifiers(String query) {
    return switch (PromQlParser.parse(query)) {
      case Expr.VectorSelector selector -> selector.modifiers();
      case Expr.MatrixSelector selector -> selector.vector().modifiers();
      case Expr.Subquery subquery -> subquery.modifiers();
      default -> throw new AssertionError(query);
    };
  }

  private static VectorMatching matching(String query) {
    return ((Expr.Binary) PromQlParser.parse(query)).matching();
  }

  @Test
  void sign_beforePower_isLooser() {
    assertTree(
        "-1 ^ 2", new Expr.Unary(true, binary(BinaryOperator.POW, number(1), number(2)), ANYWHERE));
  }

  @Test
  void sign_beforeProduct_isTighter() {
    assertTree("-1 * 2", binary(BinaryOperator.MUL, number(-1), number(2)));
  }

  @Test
  void sign_insidePower_takesThePowerAfterIt() {
    assertTree(
        "2 ^ -3 ^ 2 * 5",
        binary(
            BinaryOperator.MUL,
            binary(
                BinaryOperator.POW,
                number(2),
                new Expr.Unary(true, binary(BinaryOperator.POW, number(3), number(2)), ANYWHERE)),
            number(5)));
  }

  @Test
  void power_groupsToTheRight() {
    assertTree(
        "1 ^ 2 ^ 3",
        binary(BinaryOperator.POW, number(1), binary(BinaryOperator.POW, number(2), number(3))));
  }

  @Test
  void precedence_fromLoosestToTightest() {
    assertTree(
        "a or b and c > d + e * f ^ g",
        new Expr.Binary(
            BinaryOperator.OR,
            selector("a"),
            new Expr.Binary(
                BinaryOperator.AND,
                selector("b"),
                binary(
                    BinaryOperator.GREATER,
                    selector("c"),
                    binary(
                        BinaryOperator.ADD,
                        selector("d"),
                        binary(
                            BinaryOperator.MUL,
                            selector("e"),
                            binary(BinaryOperator.POW, selector("f"), selector("g"))))),
                false,
                Trees.MANY_TO_MANY,
                ANYWHERE),
            false,
            Trees.MANY_TO_MANY,
            ANYWHERE));
  }

  /** Operators of equal precedence, which group to the left. */
  static final List<List<String>> PEERS =
      List.of(
          List.of("*", "/", "%", "atan2"),
          List.of("+", "-"),
          List.of("==", "!=", "<", "<=", ">", ">=", "</", ">/"),
          List.of("and", "unless"),
          List.of("or"));

  @ParameterizedTest
  @FieldSource("PEERS")
  void operatorsOfEqualPrecedence_groupToTheLeft(List<String> operators) {
    for (String first : operators) {
      for (String second : operators) {
        String query = "a " + first + " b " + second + " c";
        Expr.Binary outer = (Expr.Binary) PromQlParser.parse(query);
        assertThat(outer.operator().symbol()).as(query).isEqualTo(second);
        assertThat(outer.left()).as(query).isInstanceOf(Expr.Binary.class);
      }
    }
  }

  @Test
  void selector_keepsNameAndMatchersInOrder() {
    Expr.VectorSelector selector =
        (Expr.VectorSelector)
            PromQlParser.parse("up{job=\"a\", env!=\"b\", zone=~\"c|d\", rack!~\"e.*\"}");
    assertThat(selector.name()).isEqualTo("up");
    assertThat(selector.matchers())
        .containsExactly(
            Matcher.of("job", Matcher.Operation.EQUAL, "a"),
            Matcher.of("env", Matcher.Operation.NOT_EQUAL, "b"),
            Matcher.of("zone", Matcher.Operation.MATCHES, "c|d"),
            Matcher.of("rack", Matcher.Operation.NOT_MATCHES, "e.*"),
            Matcher.of("__name__", Matcher.Operation.EQUAL, "up"));
  }

  @Test
  void selector_withQuotedNames_takesAnyText() {
    Expr.VectorSelector selector =
        (Expr.VectorSelector) PromQlParser.parse("{'my.metric', \"label name\"=`x`}");
    assertThat(selector.name()).isEmpty();
    assertThat(selector.matchers())
        .containsExactly(
            Matcher.of("__name__", Matcher.Operation.EQUAL, "my.metric"),
            Matcher.of("label name", Matcher.Operation.EQUAL, "x"));
  }

  @Test
  void range_holdsItsModifiersInTheVector() {
    Expr.MatrixSelector range =
        (Expr.MatrixSelector) PromQlParser.parse("up[5m] offset -1h @ 12.5 smoothed");
    assertThat(range.range()).isEqualTo(new DurationExpr.Literal(300_000));
    assertThat(range.vector().modifiers())
        .isEqualTo(
            new Modifiers(
                new DurationExpr.Literal(-3_600_000), new At.Instant(12_500), Extension.SMOOTHED));
    assertThat(range.position()).isEqualTo(new Position(0, 33));
    assertThat(range.vector().position()).isEqualTo(new Position(0, 2));
  }

  @Test
  void subquery_withAndWithoutStep() {
    Expr.Subquery with = (Expr.Subquery) PromQlParser.parse("up[1h:5m] @ end()");
    assertThat(with.range()).isEqualTo(new DurationExpr.Literal(3_600_000));
    assertThat(with.step()).contains(new DurationExpr.Literal(300_000));
    assertThat(with.modifiers().at()).isEqualTo(new At.End());
    assertThat(((Expr.Subquery) PromQlParser.parse("up[1h:]")).step()).isEmpty();
  }

  @Test
  void modifiers_inAnyOrder_areTheSame() {
    assertThat(modifiers("up @ start() offset 5m")).isEqualTo(modifiers("up offset 5m @ start()"));
    assertThat(modifiers("up[1m:] @ 5 offset 5m")).isEqualTo(modifiers("up[1m:] offset 5m @ 5"));
    assertThat(modifiers("up[1m] anchored offset 5m"))
        .isEqualTo(modifiers("up[1m] offset 5m anchored"));
  }

  @Test
  void offset_endsWithItsValue() {
    assertTree(
        "x offset -2 ^ 2",
        binary(
            BinaryOperator.POW,
            new Expr.VectorSelector(
                "x",
                selector("x").matchers(),
                new Modifiers(
                    new DurationExpr.Literal(-2000, true), new At.EvaluationTime(), Extension.NONE),
                ANYWHERE),
            number(2)));
  }

  @Test
  void at_isKeptInMilliseconds() {
    assertThat(modifiers("x @ 1609746000").at()).isEqualTo(new At.Instant(1_609_746_000_000L));
    assertThat(modifiers("x @ -0.0015").at()).isEqualTo(new At.Instant(-1));
    assertThat(modifiers("x @ 1e3").at()).isEqualTo(new At.Instant(1_000_000));
    assertThat(modifiers("x @ 1h").at()).isEqualTo(new At.Instant(3_600_000));
  }

  @Test
  void aggregation_withClauseBeforeOrAfter_isTheSame() {
    Expr expected =
        new Expr.Aggregate(
            AggregateOperator.TOPK,
            Optional.of(number(3)),
            selector("x"),
            List.of("job", "by", "a b"),
            true,
            ANYWHERE);
    assertTree("topk without (job, by, \"a b\",) (3, x)", expected);
    assertTree("TopK (3, x) WITHOUT (job, by, 'a b')", expected);
  }

  @Test
  void matching_keepsAllModifiers() {
    assertThat(matching("a * on (x) group_left (y, z) b"))
        .isEqualTo(
            new VectorMatching(
                Cardinality.MANY_TO_ONE,
                true,
                List.of("x"),
                List.of("y", "z"),
                OptionalDouble.empty(),
                OptionalDouble.empty()));
    assertThat(matching("a * ignoring (x) group_right b").cardinality())
        .isEqualTo(Cardinality.ONE_TO_MANY);
    assertThat(matching("a + fill (-1) b").fillLeft()).hasValue(-1);
    assertThat(matching("a + fill (-1) b").fillRight()).hasValue(-1);
    assertThat(matching("a + fill_right (5m) fill_left (NaN) b").fillRight()).hasValue(300);
    assertThat(matching("a + fill_left (2) b").fillRight()).isEmpty();
    assertThat(matching("a and b").cardinality()).isEqualTo(Cardinality.MANY_TO_MANY);
  }

  @Test
  void duration_keepsPrecedence() {
    DurationExpr five = new DurationExpr.Literal(5000, true);
    DurationExpr two = new DurationExpr.Literal(2000, true);
    assertThat(((Expr.MatrixSelector) PromQlParser.parse("x[5 + step() * -2 ^ range()]")).range())
        .isEqualTo(
            new DurationExpr.Arithmetic(
                BinaryOperator.ADD,
                five,
                new DurationExpr.Arithmetic(
                    BinaryOperator.MUL,
                    new DurationExpr.Step(),
                    new DurationExpr.Negated(
                        new DurationExpr.Arithmetic(
                            BinaryOperator.POW, two, new DurationExpr.Range())))));
    assertThat(((Expr.MatrixSelector) PromQlParser.parse("x[(5 - 2) - min_of(2, 5)]")).range())
        .isEqualTo(
            new DurationExpr.Arithmetic(
                BinaryOperator.SUB,
                new DurationExpr.Paren(new DurationExpr.Arithmetic(BinaryOperator.SUB, five, two)),
                new DurationExpr.Extreme(false, two, five)));
  }

  @Test
  void position_countsChars() {
    Expr.Call call = (Expr.Call) PromQlParser.parse(" label_join(\n up, '💀', 'b') ");
    assertThat(call.position()).isEqualTo(new Position(1, 28));
    assertThat(call.arguments().get(0).position()).isEqualTo(new Position(14, 16));
    assertThat(call.arguments().get(1).position()).isEqualTo(new Position(18, 22));
    assertThat(call.arguments().get(2).position()).isEqualTo(new Position(24, 27));
  }

  @Test
  void string_withEscapes_isUnescaped() {
    assertThat(string("\"\\a\\b\\f\\n\\r\\t\\v\\\\\\\"'`\""))
        .isEqualTo("\u0007\b\f\n\r\t\u000b\\\"'`");
    assertThat(string("'\\x41\\101\\u00e9\\U0001f480\\''")).isEqualTo("AAé💀'");
    assertThat(string("`\\n\n\"'`")).isEqualTo("\\n\n\"'");
    assertThat(string("'\\xc3\\xa9 \\303\\251'")).isEqualTo("é é");
    assertThat(string("'\\xff\\xc3('")).isEqualTo("\udcff\udcc3(");
  }

  private static String string(String query) {
    return ((Expr.StringLiteral) PromQlParser.parse(query)).value();
  }

  @Test
  void parseSelector_takesASelectorOnly() {
    assertThat(PromQlParser.parseSelector("up{job=\"a\"}").matchers()).hasSize(2);
    assertThat(PromQlParser.parseSelector(" {} # all").matchers()).isEmpty();
    assertThatThrownBy(() -> PromQlParser.parseSelector("up offset 5m"))
        .isInstanceOf(QueryException.class)
        .hasMessage("1:4: parse error: unexpected \"offset\", expected \"{\" or end of input");
    assertThatThrownBy(() -> PromQlParser.parseSelector("up + up"))
        .isInstanceOf(QueryException.class)
        .hasMessage("1:4: parse error: unexpected \"+\", expected \"{\" or end of input");
    assertThatThrownBy(() -> PromQlParser.parseSelector("1"))
        .isInstanceOf(QueryException.class)
        .hasMessageStartingWith("1:1: parse error: unexpected number \"1\"");
  }
}
