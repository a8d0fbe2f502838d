package orzo.promql.syntax;

import static orzo.promql.syntax.ValueType.MATRIX;
import static orzo.promql.syntax.ValueType.SCALAR;
import static orzo.promql.syntax.ValueType.STRING;
import static orzo.promql.syntax.ValueType.VECTOR;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The functions of PromQL, and the types they take and give.
 *
 * <p>Source: Prometheus 3.14, promql/parser/functions.go. Names are case-sensitive, unlike
 * keywords.
 */
public final class Functions {
  private static final SortedMap<String, Function> ALL = Collections.unmodifiableSortedMap(table());

  private Functions() {}

  /** The function of this name. */
  public static Optional<Function> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /** Every function, sorted by name. */
  public static Collection<Function> all() {
    return ALL.values();
  }

  private static SortedMap<String, Function> table() {
    Table table = new Table();
    table.add(
        "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg"
            + " histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad"
            + " sgn sin sinh sort sort_desc sqrt start_timestamp* tan tanh timestamp",
        VECTOR,
        0,
        VECTOR);
    table.add(
        "absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta"
            + " increase irate last_over_time mad_over_time* max_over_time min_over_time"
            + " present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time"
            + " ts_of_first_over_time* ts_of_last_over_time* ts_of_max_over_time*"
            + " ts_of_min_over_time*",
        VECTOR,
        0,
        MATRIX);
    table.add(
        "day_of_month day_of_week day_of_year days_in_month hour minute month year",
        VECTOR,
        1,
        VECTOR);
    table.add("pi time end* range* start* step*", SCALAR, 0);
    table.add("max_of* min_of*", SCALAR, 0, SCALAR, SCALAR);
    table.add("scalar", SCALAR, 0, VECTOR);
    table.add("vector", VECTOR, 0, SCALAR);
    table.add("clamp", VECTOR, 0, VECTOR, SCALAR, SCALAR);
    table.add("clamp_max clamp_min", VECTOR, 0, VECTOR, SCALAR);
    table.add("round", VECTOR, 1, VECTOR, SCALAR);
    table.add("predict_linear", VECTOR, 0, MATRIX, SCALAR);
    table.add("double_exponential_smoothing*", VECTOR, 0, MATRIX, SCALAR, SCALAR);
    table.add("quantile_over_time", VECTOR, 0, SCALAR, MATRIX);
    table.add("histogram_quantile", VECTOR, 0, SCALAR, VECTOR);
    table.add("histogram_fraction", VECTOR, 0, SCALAR, SCALAR, VECTOR);
    table.add("histogram_quantiles*", VECTOR, 9, VECTOR, STRING, SCALAR, SCALAR);
    table.add("label_replace", VECTOR, 0, VECTOR, STRING, STRING, STRING, STRING);
    table.add("label_join", VECTOR, Function.UNLIMITED, VECTOR, STRING, STRING, STRING);
    table.add("sort_by_label* sort_by_label_desc*", VECTOR, Function.UNLIMITED, VECTOR, STRING);
    table.add("info*", VECTOR, 1, VECTOR, VECTOR);
    return table.functions;
  }

  private static final class Table {
    final SortedMap<String, Function> functions = new TreeMap<>();

    /** Adds functions of one signature; a star marks the experimental ones. */
    void add(String names, ValueType returnType, int variadic, ValueType... argumentTypes) {
      List<ValueType> types = List.of(argumentTypes);
      for (String name : names.split(" ", -1)) {
        boolean experimental = name.endsWith("*");
        String plain = experimental ? name.substring(0, name.length() - 1) : name;
        functions.put(plain, new Function(plain, types, variadic, returnType, experimental));
      }
    }
  }
}
