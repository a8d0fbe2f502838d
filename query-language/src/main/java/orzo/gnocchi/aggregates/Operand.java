package orzo.gnocchi.aggregates;

/** What an operation works on and gives: columns of values, or a number. */
sealed interface Operand permits Frame, Operand.Scalar {
  /** A number, which stands for itself at every time. */
  record Scalar(double value) implements Operand {}
}
