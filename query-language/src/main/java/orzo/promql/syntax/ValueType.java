package orzo.promql.syntax;

/** The types of PromQL values, with the names that messages use. */
public enum ValueType {
  SCALAR("scalar"),
  VECTOR("instant vector"),
  MATRIX("range vector"),
  STRING("string");

  private final String description;

  ValueType(String description) {
    this.description = description;
  }

  /** As error messages name it. */
  public String description() {
    return description;
  }
}
