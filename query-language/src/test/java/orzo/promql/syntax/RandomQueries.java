package orzo.promql.syntax;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import orzo.index.Matcher;
import orzo.promql.syntax.Expr.At;
import orzo.promql.syntax.Expr.Cardinality;
import orzo.promql.syntax.Expr.DurationExpr;
import orzo.promql.syntax.Expr.Extension;
import orzo.promql.syntax.Expr.Modifiers;
import orzo.promql.syntax.Expr.VectorMatching;

/** Makes trees that the parser can give: well-typed, with parentheses where precedence asks. */
final class RandomQueries {
  private static final List<String> NAMES =
      List.of("up", "job:x:rate5m", "sum", "by", "offset", "fill", "start", "_a9");
  private static final List<String> LABELS =
      List.of("job", "le", "by", "on", "a b", "é.x", "__name__x", "1st", "\"q\"", "a:b");
  private static final List<String> VALUES =
      List.of(
          "", "x", "a\"b", "back\\slash", "line\nend", "tab\t", "é💀", "\u0001\u2028", "\udcff");
  private static final List<String> PATTERNS = List.of(".*", "a|b", "x.+", "[0-9]{3}", "\\d+");
  private static final List<BinaryOperator> DURATION_OPERATORS =
      List.of(
          BinaryOperator.ADD,
          BinaryOperator.SUB,
          BinaryOperator.MUL,
          BinaryOperator.DIV,
          BinaryOperator.MOD,
          BinaryOperator.POW);

  private final SplittableRandom random;

  RandomQueries(long seed) {
    random = new SplittableRandom(seed);
  }

  /** A tree of any type. */
  Expr expression(int depth) {
    return switch (random.nextInt(4)) {
      case 0 -> expression(ValueType.SCALAR, depth);
      case 1 -> expression(ValueType.MATRIX, depth);
      default -> expression(ValueType.VECTOR, depth);
    };
  }

  private Expr expression(ValueType type, int depth) {
    return switch (type) {
      case STRING -> new Expr.StringLiteral(pick(VALUES), Trees.NOWHERE);
      case SCALAR -> scalar(depth);
      case VECTOR -> vector(depth);
      case MATRIX -> matrix(depth);
    };
  }

  private Expr scalar(int depth) {
    return switch (depth <= 0 ? 0 : random.nextInt(6)) {
      case 1 -> new Expr.Unary(random.nextBoolean(), operand(scalar(depth - 1)), Trees.NOWHERE);
      case 2 -> new Expr.Paren(scalar(depth - 1), Trees.NOWHERE);
      case 3 -> call(ValueType.SCALAR, depth);
      case 4 -> {
        BinaryOperator operator = pick(arithmeticAndComparison());
        yield binary(
            operator,
            scalar(depth - 1),
            scalar(depth - 1),
            operator.isComparison(),
            VectorMatching.DEFAULT);
      }
      default -> number();
    };
  }

  private Expr vector(int depth) {
    return switch (depth <= 0 ? 0 : random.nextInt(9)) {
      case 1 -> new Expr.Unary(random.nextBoolean(), operand(vector(depth - 1)), Trees.NOWHERE);
      case 2 -> new Expr.Paren(vector(depth - 1), Trees.NOWHERE);
      case 3, 4 -> call(ValueType.VECTOR, depth);
      case 5 -> aggregate(depth);
      case 6 -> {
        BinaryOperator operator = pick(arithmeticAndComparison());
        boolean returnBool = operator.isComparison() && random.nextBoolean();
        yield random.nextBoolean()
            ? binary(
                operator, vector(depth - 1), scalar(depth - 1), returnBool, VectorMatching.DEFAULT)
            : binary(operator, vector(depth - 1), vector(depth - 1), returnBool, matching());
      }
      case 7 ->
          binary(
              pick(List.of(BinaryOperator.AND, BinaryOperator.OR, BinaryOperator.UNLESS)),
              vector(depth - 1),
              vector(depth - 1),
              false,
              setMatching());
      default -> selector(modifiers(true));
    };
  }

  private Expr matrix(int depth) {
    return depth > 0 && random.nextInt(3) == 0
        ? new Expr.Subquery(
            operand(vector(depth - 1)),
            positive(),
            random.nextBoolean() ? Optional.of(positive()) : Optional.empty(),
            modifiers(false),
            Trees.NOWHERE)
        : new Expr.MatrixSelector(selector(modifiers(false)), positive(), Trees.NOWHERE);
  }

  private List<BinaryOperator> arithmeticAndComparison() {
    List<BinaryOperator> operators = new ArrayList<>(List.of(BinaryOperator.values()));
    operators.removeIf(BinaryOperator::isSet);
    return operators;
  }

  private Expr number() {
    double value =
        switch (random.nextInt(6)) {
          case 0 -> Double.POSITIVE_INFINITY;
          case 1 -> Double.NaN;
          case 2 -> random.nextDouble();
          case 3 -> Math.abs(Double.longBitsToDouble(random.nextLong()));
          default -> random.nextInt(1000);
        };
    return new Expr.NumberLiteral(value, Trees.NOWHERE);
  }

  /** With parentheses around it if an operator could tear it apart. */
  private static Expr operand(Expr expression) {
    return expression instanceof Expr.Binary || isSigned(expression)
        ? new Expr.Paren(expression, Trees.NOWHERE)
        : expression;
  }

  private Expr binary(
      BinaryOperator operator, Expr left, Expr right, boolean returnBool, VectorMatching matching) {
    boolean bareLeft =
        left instanceof Expr.Binary inner
            && (tightness(inner.operator()) > tightness(operator)
                || tightness(inner.operator()) == tightness(operator)
                    && operator != BinaryOperator.POW);
    boolean bareRight =
        right instanceof Expr.Binary inner
            && (tightness(inner.operator()) > tightness(operator)
                || operator == BinaryOperator.POW && inner.operator() == BinaryOperator.POW);
    return new Expr.Binary(
        operator,
        bareLeft && !beginsWithSign(left) ? left : operand(left),
        bareRight && !beginsWithSign(right) ? right : operand(right),
        returnBool,
        matching,
        Trees.NOWHERE);
  }

  private static boolean beginsWithSign(Expr expression) {
    return isSigned(expression)
        || expression instanceof Expr.Binary binary && beginsWithSign(binary.left());
  }

  /** Infinity is written with its sign. */
  private static boolean isSigned(Expr expression) {
    return expression instanceof Expr.Unary
        || expression instanceof Expr.NumberLiteral number && Double.isInfinite(number.value());
  }

  private static int tightness(BinaryOperator operator) {
    return switch (operator) {
      case OR -> 1;
      case AND, UNLESS -> 2;
      case EQUAL,
          NOT_EQUAL,
          LESS,
          GREATER,
          LESS_OR_EQUAL,
          GREATER_OR_EQUAL,
          TRIM_UPPER,
          TRIM_LOWER ->
          3;
      case ADD, SUB -> 4;
      case MUL, DIV, MOD, ATAN2 -> 5;
      case POW -> 6;
    };
  }

  private VectorMatching matching() {
    boolean on = random.nextBoolean();
    List<String> labels = random.nextInt(3) == 0 ? List.of() : List.of("x", "y");
    boolean any = on || !labels.isEmpty();
    Cardinality cardinality =
        any
            ? pick(
                List.of(Cardinality.ONE_TO_ONE, Cardinality.MANY_TO_ONE, Cardinality.ONE_TO_MANY))
            : Cardinality.ONE_TO_ONE;
    List<String> include =
        cardinality == Cardinality.ONE_TO_ONE || random.nextBoolean()
            ? List.of()
            : List.of(pick(LABELS));
    return new VectorMatching(cardinality, on, labels, include, fill(), fill());
  }

  private VectorMatching setMatching() {
    boolean on = random.nextBoolean();
    return new VectorMatching(
        Cardinality.MANY_TO_MANY,
        on,
        on ? List.of(pick(LABELS)) : List.of(),
        List.of(),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  private OptionalDouble fill() {
    return random.nextInt(3) == 0
        ? OptionalDouble.of(random.nextInt(-2, 3) / 2.0 + 0.25)
        : OptionalDouble.empty();
  }

  private Expr aggregate(int depth) {
    AggregateOperator operator = pick(List.of(AggregateOperator.values()));
    Optional<Expr> parameter = Optional.empty();
    if (operator.hasParameter()) {
      ValueType type =
          operator == AggregateOperator.COUNT_VALUES ? ValueType.STRING : ValueType.SCALAR;
      parameter = Optional.of(expression(type, depth - 1));
    }
    List<String> grouping = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      grouping.add(pick(LABELS));
    }
    return new Expr.Aggregate(
        operator,
        parameter,
        vector(depth - 1),
        List.copyOf(grouping),
        random.nextBoolean(),
        Trees.NOWHERE);
  }

  private Expr call(ValueType type, int depth) {
    List<Function> functions =
        Functions.all().stream()
            .filter(f -> f.returnType() == type && !f.name().equals("info"))
            .toList();
    Function function = pick(functions);
    int count =
        random.nextInt(
            function.minArguments(),
            function.maxArguments().orElse(function.minArguments() + 3) + 1);
    List<Expr> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arguments.add(expression(function.argumentType(i), depth - 1));
    }
    return new Expr.Call(function.name(), List.copyOf(arguments), Trees.NOWHERE);
  }

  private Expr.VectorSelector selector(Modifiers modifiers) {
    String name = random.nextInt(4) == 0 ? "" : pick(NAMES);
    List<Matcher> matchers = new ArrayList<>();
    if (name.isEmpty()) {
      matchers.add(Matcher.of("must", Matcher.Operation.EQUAL, "not be empty"));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      Matcher.Operation operation = pick(List.of(Matcher.Operation.values()));
      boolean pattern =
          operation == Matcher.Operation.MATCHES || operation == Matcher.Operation.NOT_MATCHES;
      matchers.add(Matcher.of(pick(LABELS), operation, pick(pattern ? PATTERNS : VALUES)));
    }
    matchers.sort(Comparator.comparing(RandomQueries::printed));
    if (!name.isEmpty()) {
      matchers.add(Matcher.of("__name__", Matcher.Operation.EQUAL, name));
    }
    return new Expr.VectorSelector(name, List.copyOf(matchers), modifiers, Trees.NOWHERE);
  }

  private static String printed(Matcher matcher) {
    return PromQlPrinter.print(
        new Expr.VectorSelector("", List.of(matcher), Modifiers.NONE, Trees.NOWHERE));
  }

  private Modifiers modifiers(boolean extensible) {
    DurationExpr offset =
        switch (random.nextInt(4)) {
          case 0 -> positive();
          case 1 -> new DurationExpr.Negated(positive());
          default -> DurationExpr.ZERO;
        };
    At at =
        switch (random.nextInt(5)) {
          case 0 -> new At.Instant(random.nextLong(-1L << 40, 1L << 40));
          case 1 -> new At.Start();
          case 2 -> new At.End();
          default -> new At.EvaluationTime();
        };
    return new Modifiers(
        offset, at, extensible ? pick(List.of(Extension.values())) : Extension.NONE);
  }

  /** A duration that is not plainly zero or less. */
  private DurationExpr positive() {
    DurationExpr duration = duration(random.nextInt(4));
    return duration instanceof DurationExpr.Negated ? new DurationExpr.Step() : duration;
  }

  private DurationExpr duration(int depth) {
    return switch (depth <= 0 ? random.nextInt(4) : random.nextInt(9)) {
      case 2 -> new DurationExpr.Step();
      case 3 -> new DurationExpr.Range();
      case 4 -> new DurationExpr.Negated(duration(depth - 1));
      case 5 ->
          new DurationExpr.Extreme(random.nextBoolean(), duration(depth - 1), duration(depth - 1));
      case 6, 7, 8 ->
          new DurationExpr.Arithmetic(
              pick(DURATION_OPERATORS), duration(depth - 1), duration(depth - 1));
      default ->
          new DurationExpr.Literal(
              random.nextInt(5) == 0
                  ? random.nextInt(1, 1000) / 8.0
                  : random.nextLong(1, random.nextBoolean() ? 100_000 : 1L << 40));
    };
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
