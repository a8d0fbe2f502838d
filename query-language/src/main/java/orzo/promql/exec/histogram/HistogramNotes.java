package orzo.promql.exec.histogram;

/** Collects what is said about the part of a query at one place. Safe for many threads. */
public interface HistogramNotes {
  /** Says something; what was said already is not said again. */
  void add(HistogramNote note);
}
