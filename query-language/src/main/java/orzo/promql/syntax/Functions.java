package orzo.promql.syntax;

/** The functions of PromQL, and the types they take and give. */
public final class Functions {
  private Functions() {}
}
