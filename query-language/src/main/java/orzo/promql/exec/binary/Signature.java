package orzo.promql.exec.binary;

import java.util.HashSet;
import java.util.Set;
import orzo.metric.Labels;
import orzo.promql.syntax.Expr;

/** The labels by which the two sides of an operation find each other. */
final class Signature {
  private final boolean on;
  private final Set<String> names;

  Signature(Expr.VectorMatching matching) {
    on = matching.on();
    names = new HashSet<>(matching.labels());
    if (!on) {
      names.add(Labels.NAME);
    }
  }

  Labels of(Labels labels) {
    return on ? labels.keep(names) : labels.drop(names);
  }
}
