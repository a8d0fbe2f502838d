package orzo.gnocchi.operations;

import java.util.Optional;

/** Operators that take each value by itself. */
public enum UnaryOperator {
  /** The magnitude. */
  ABSOLUTE("absolute"),
  /** The value with the other sign. */
  NEGATIVE("negative"),
  /** The cosine of an angle in radians. */
  COS("cos"),
  /** The sine of an angle in radians. */
  SIN("sin"),
  /** The tangent of an angle in radians. */
  TAN("tan"),
  /** The greatest whole number that is not greater. */
  FLOOR("floor"),
  /** The least whole number that is not less. */
  CEIL("ceil");

  private final String symbol;

  UnaryOperator(String symbol) {
    this.symbol = symbol;
  }

  static Optional<UnaryOperator> named(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "absolute", "abs" -> ABSOLUTE;
          case "negative", "neg" -> NEGATIVE;
          case "cos" -> COS;
          case "sin" -> SIN;
          case "tan" -> TAN;
          case "floor" -> FLOOR;
          case "ceil" -> CEIL;
          default -> null;
        });
  }

  /** Its name; it may have others. */
  public String symbol() {
    return symbol;
  }

  /** The result for one value. */
  public double apply(double value) {
    return switch (this) {
      case ABSOLUTE -> Math.abs(value);
      case NEGATIVE -> -value;
      case COS -> Math.cos(value);
      case SIN -> Math.sin(value);
      case TAN -> Math.tan(value);
      case FLOOR -> Math.floor(value);
      case CEIL -> Math.ceil(value);
    };
  }
}
