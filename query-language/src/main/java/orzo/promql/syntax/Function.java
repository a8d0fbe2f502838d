package orzo.promql.syntax;

import java.util.List;
import java.util.OptionalInt;

/**
 * The signature of a PromQL function.
 *
 * @param argumentTypes the types of the arguments in order; the last one also of those after it
 * @param variadic 0: exactly the arguments of {@code argumentTypes}; positive: the last of them may
 *     be left out, or stand up to this many times; {@link #UNLIMITED}: any number of times
 * @param experimental whether Prometheus has it only behind a feature flag
 */
public record Function(
    String name,
    List<ValueType> argumentTypes,
    int variadic,
    ValueType returnType,
    boolean experimental) {
  /** {@code variadic} of a function whose last argument may stand any number of times. */
  public static final int UNLIMITED = -1;

  /** The least number of arguments. */
  public int minArguments() {
    return variadic == 0 ? argumentTypes.size() : argumentTypes.size() - 1;
  }

  /** The greatest number of arguments; empty when there is none. */
  public OptionalInt maxArguments() {
    return variadic == UNLIMITED ? OptionalInt.empty() : OptionalInt.of(minArguments() + variadic);
  }

  /** The type of the argument with this index, from 0. */
  public ValueType argumentType(int index) {
    return argumentTypes.get(Math.min(index, argumentTypes.size() - 1));
  }
}
