package orzo.promql.exec;

import java.util.List;
import orzo.promql.exec.block.SeriesBlock;

/** What an expression evaluates to on a grid; range vectors exist only as arguments. */
sealed interface Operand {
  /** One number for each step. */
  record Scalar(double[] values) implements Operand {}

  /** Series in the order to be shown; not two with the same labels at the same step. */
  record Vector(List<SeriesBlock> series) implements Operand {
    /** Nothing. */
    static final Vector EMPTY = new Vector(List.of());
  }

  /** A string. */
  record Text(String value) implements Operand {}

  /** How many samples it takes in memory. */
  default long samples() {
    return switch (this) {
      case Scalar scalar -> scalar.values().length;
      case Vector vector -> {
        long samples = 0;
        for (SeriesBlock block : vector.series()) {
          samples += block.cells();
        }
        yield samples;
      }
      case Text _ -> 0;
    };
  }
}
