package orzo.promql.exec.binary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import orzo.metric.Labels;
import orzo.promql.exec.block.SeriesBlock;
import orzo.promql.syntax.BinaryOperator;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.Position;
import orzo.query.QueryException;

/** Matching of whole series against matching at each step alone. */
class VectorOperationTest {
  private static final int STEPS = 70;
  private static final Position NOWHERE = new Position(0, 0);
  private static final Expr ANY = new Expr.NumberLiteral(0, NOWHERE);

  @Test
  void evaluate_wholeSeries_equalsEachStepAlone() {
    int answered = 0;
    for (long seed = 0; seed < 2000; seed++) {
      Random random = new Random(seed);
      Expr.Binary expr = expression(random);
      List<SeriesBlock> left = series("left", random);
      List<SeriesBlock> right = series("right", random);
      Map<String, Double> whole;
      try {
        whole = points(VectorOperation.evaluate(expr, left, right, STEPS, _ -> {}), 0);
      } catch (QueryException e) {
        assertThat(failsAtSomeStep(expr, left, right)).as("seed %d: %s", seed, e).isTrue();
        continue;
      }
      answered++;
      Map<String, Double> alone = new HashMap<>();
      for (int step = 0; step < STEPS; step++) {
        alone.putAll(
            points(
                VectorOperation.evaluate(expr, at(left, step), at(right, step), 1, _ -> {}), step));
      }
      assertThat(whole).as("seed %d", seed).isEqualTo(alone);
    }
    assertThat(answered).isGreaterThan(500);
  }

  private static boolean failsAtSomeStep(
      Expr.Binary expr, List<SeriesBlock> left, List<SeriesBlock> right) {
    for (int step = 0; step < STEPS; step++) {
      try {
        VectorOperation.evaluate(expr, at(left, step), at(right, step), 1, _ -> {});
      } catch (QueryException _) {
        return true;
      }
    }
    return false;
  }

  private static Expr.Binary expression(Random random) {
    Expr.Cardinality[] cardinalities = {
      Expr.Cardinality.ONE_TO_ONE, Expr.Cardinality.MANY_TO_ONE, Expr.Cardinality.ONE_TO_MANY
    };
    BinaryOperator[] operators = {BinaryOperator.ADD, BinaryOperator.LESS, BinaryOperator.EQUAL};
    boolean on = random.nextBoolean();
    Expr.VectorMatching matching =
        new Expr.VectorMatching(
            cardinalities[random.nextInt(3)],
            on,
            on ? List.of("k") : List.of("x"),
            List.of(),
            random.nextInt(3) == 0 ? OptionalDouble.of(1) : OptionalDouble.empty(),
            random.nextInt(3) == 0 ? OptionalDouble.of(2) : OptionalDouble.empty());
    return new Expr.Binary(
        operators[random.nextInt(3)], ANY, ANY, random.nextBoolean(), matching, NOWHERE);
  }

  /** Series with few keys, of which most are present rarely, so that keys seldom meet twice. */
  private static List<SeriesBlock> series(String name, Random random) {
    List<SeriesBlock> series = new ArrayList<>();
    int density = 2 + random.nextInt(60);
    for (int i = 0; i < random.nextInt(6); i++) {
      SeriesBlock block =
          new SeriesBlock(
              Labels.of(Labels.NAME, name, "k", "" + random.nextInt(3), "x", "" + i), false, STEPS);
      for (int step = 0; step < STEPS; step++) {
        if (random.nextInt(density) == 0) {
          block.set(step, random.nextInt(3));
        }
      }
      series.add(block);
    }
    return series;
  }

  private static List<SeriesBlock> at(List<SeriesBlock> series, int step) {
    List<SeriesBlock> present = new ArrayList<>();
    for (SeriesBlock block : series) {
      if (block.has(step)) {
        SeriesBlock one = new SeriesBlock(block.labels(), block.nameDropped(), 1);
        one.set(0, block.values[step]);
        present.add(one);
      }
    }
    return present;
  }

  private static Map<String, Double> points(List<SeriesBlock> series, int firstStep) {
    Map<String, Double> points = new HashMap<>();
    for (SeriesBlock block : series) {
      for (int step = 0; step < block.values.length; step++) {
        if (block.has(step)) {
          points.put(
              block.labels() + "@" + (firstStep + step) + block.nameDropped(), block.values[step]);
        }
      }
    }
    return points;
  }
}
