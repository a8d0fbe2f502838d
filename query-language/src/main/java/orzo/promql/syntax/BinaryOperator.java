package orzo.promql.syntax;

/** The binary operators, with how each is written. */
public enum BinaryOperator {
  ADD("+"),
  SUB("-"),
  MUL("*"),
  DIV("/"),
  MOD("%"),
  POW("^"),
  ATAN2("atan2"),
  EQUAL("=="),
  NOT_EQUAL("!="),
  LESS("<"),
  GREATER(">"),
  LESS_OR_EQUAL("<="),
  GREATER_OR_EQUAL(">="),
  TRIM_UPPER("</"),
  TRIM_LOWER(">/"),
  AND("and"),
  OR("or"),
  UNLESS("unless");

  private final String symbol;

  BinaryOperator(String symbol) {
    this.symbol = symbol;
  }

  /** As written in a query. */
  public String symbol() {
    return symbol;
  }

  /** Whether it compares: filters, or gives 0 and 1 with {@code bool}. */
  public boolean isComparison() {
    return switch (this) {
      case EQUAL, NOT_EQUAL, LESS, GREATER, LESS_OR_EQUAL, GREATER_OR_EQUAL -> true;
      case ADD, SUB, MUL, DIV, MOD, POW, ATAN2, TRIM_UPPER, TRIM_LOWER, AND, OR, UNLESS -> false;
    };
  }

  /** Whether it takes observations from histograms. */
  public boolean isTrim() {
    return this == TRIM_UPPER || this == TRIM_LOWER;
  }

  /** Whether it is {@code and}, {@code or} or {@code unless}. */
  public boolean isSet() {
    return this == AND || this == OR || this == UNLESS;
  }
}
