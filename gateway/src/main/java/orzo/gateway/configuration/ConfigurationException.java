package orzo.gateway.configuration;

import java.util.List;

/** Everything that is wrong with a configuration. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /**
   * Creates an exception.
   *
   * @param problems at least one, each one line: the key, the value, where it comes from, and what
   *     is allowed
   */
  ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** What is wrong, one line each. */
  public List<String> problems() {
    return problems;
  }
}
