package orzo.promql.exec.aggregate;

import orzo.promql.syntax.AggregateOperator;

/** The aggregations whose result at a step depends on running numbers only. */
final class Columns {
  private Columns() {}

  static Column of(AggregateOperator operator, int steps) {
    return switch (operator) {
      case SUM -> new SumColumn(steps);
      case AVG -> new MeanColumn(steps);
      case COUNT -> new CountColumn(steps);
      case GROUP -> new GroupColumn(steps);
      case MIN -> new MinColumn(steps);
      case MAX -> new MaxColumn(steps);
      case STDDEV -> new VarianceColumn(steps, true);
      case STDVAR -> new VarianceColumn(steps, false);
      case TOPK, BOTTOMK, COUNT_VALUES, QUANTILE, LIMITK, LIMIT_RATIO ->
          throw new IllegalArgumentException(operator + " is no running aggregation");
    };
  }

  private static final class CountColumn extends Column {
    CountColumn(int steps) {
      super(steps);
    }

    @Override
    void first(int step, double value) {
      values[step] = 1;
    }

    @Override
    void next(int step, double value) {
      values[step]++;
    }

    @Override
    void finish() {}
  }

  private static final class GroupColumn extends Column {
    GroupColumn(int steps) {
      super(steps);
    }

    @Override
    void first(int step, double value) {
      values[step] = 1;
    }

    @Override
    void next(int step, double value) {}

    @Override
    void finish() {}
  }

  private static final class MinColumn extends Column {
    MinColumn(int steps) {
      super(steps);
    }

    @Override
    void first(int step, double value) {
      values[step] = value;
    }

    @Override
    void next(int step, double value) {
      if (values[step] > value || Double.isNaN(values[step])) {
        values[step] = value;
      }
    }

    @Override
    void finish() {}
  }

  private static final class MaxColumn extends Column {
    MaxColumn(int steps) {
      super(steps);
    }

    @Override
    void first(int step, double value) {
      values[step] = value;
    }

    @Override
    void next(int step, double value) {
      if (values[step] < value || Double.isNaN(values[step])) {
        values[step] = value;
      }
    }

    @Override
    void finish() {}
  }
}
