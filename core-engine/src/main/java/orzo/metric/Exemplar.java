package orzo.metric;

import static java.util.Objects.requireNonNull;

/**
 * An example of what a sample of a series counted, such as a trace.
 *
 * @param labels tell which one, mostly by an identifier
 * @param value what it contributed
 * @param timestampMillis when, epoch milliseconds
 */
public record Exemplar(Labels labels, double value, long timestampMillis) {
  /** Creates an exemplar. */
  public Exemplar {
    requireNonNull(labels, "labels");
  }
}
