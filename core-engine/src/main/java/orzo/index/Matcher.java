package orzo.index;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * A condition on one label. A label that is not there has the empty value, as in Prometheus.
 * Regular expressions are RE2's, anchored at both ends, the dot matching newlines too.
 *
 * <p>Two names stand for no label but for the dotted path that a series came under, which is its
 * name where nothing was made of it: {@link #PATH}, and {@link #GLOB}, whose value is a glob.
 */
public final class Matcher {
  /** The path of a series, without tags, in place of a label. */
  public static final String PATH = "__path__";

  /**
   * The path of a series, which is compared with a glob: {@code *} is any characters of a node,
   * {@code ?} one of them, {@code [a-z]} one of a set, <code>{a,b}</code> one of several texts.
   */
  public static final String GLOB = "__glob__";

  /** The four comparisons. */
  public enum Operation {
    EQUAL("="),
    NOT_EQUAL("!="),
    MATCHES("=~"),
    NOT_MATCHES("!~");

    private final String symbol;

    Operation(String symbol) {
      this.symbol = symbol;
    }

    /**
     * The comparison that is written so.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static Operation ofSymbol(String symbol) {
      for (Operation operation : values()) {
        if (operation.symbol.equals(symbol)) {
          return operation;
        }
      }
      throw new IllegalArgumentException("comparison '" + symbol + "' (expected: =, !=, =~ or !~)");
    }

    /** As written in a selector. */
    public String symbol() {
      return symbol;
    }
  }

  private final String name;
  private final Operation operation;
  private final String value;
  private final Pattern pattern;

  private Matcher(String name, Operation operation, String value, Pattern pattern) {
    this.name = name;
    this.operation = operation;
    this.value = value;
    this.pattern = pattern;
  }

  /**
   * Makes a matcher.
   *
   * @throws GatewayException {@link Kind#MALFORMED} for a regular expression that is none, or one
   *     where there must be a glob
   */
  public static Matcher of(String name, Operation operation, String value) {
    if (name.equals(GLOB)) {
      return ofGlob(operation, value);
    }
    return switch (operation) {
      case EQUAL, NOT_EQUAL -> new Matcher(name, operation, value, NO_PATTERN);
      case MATCHES, NOT_MATCHES ->
          new Matcher(name, operation, value, compile(name, operation, value));
    };
  }

  private static final Pattern NO_PATTERN = Pattern.compile("");

  private static Matcher ofGlob(Operation operation, String value) {
    return switch (operation) {
      case EQUAL, NOT_EQUAL ->
          new Matcher(GLOB, operation, value, compile(GLOB, operation, PathGlob.expression(value)));
      case MATCHES, NOT_MATCHES ->
          throw new GatewayException(
              Kind.MALFORMED,
              "matcher "
                  + GLOB
                  + operation.symbol()
                  + '"'
                  + value
                  + "\": (expected: = or !=, as the value is a glob; "
                  + PATH
                  + " takes expressions)");
    };
  }

  private static Pattern compile(String name, Operation operation, String value) {
    try {
      return Pattern.compile("^(?s:" + value + ")$");
    } catch (PatternSyntaxException e) {
      throw new GatewayException(
          Kind.MALFORMED,
          "matcher "
              + name
              + operation.symbol()
              + "\""
              + value
              + "\": "
              + e.getDescription()
              + ": `"
              + e.getPattern()
              + "` (expected: a regular expression of RE2)",
          e);
    }
  }

  /** The label's name. */
  public String name() {
    return name;
  }

  /** How it compares. */
  public Operation operation() {
    return operation;
  }

  /** What it compares with. */
  public String value() {
    return value;
  }

  /** Whether it is about the path of a series and not about a label. */
  public boolean isOfPath() {
    return name.equals(PATH) || isGlob();
  }

  /** Whether there is but one path that satisfies it, its value. */
  boolean isExactPath() {
    return name.equals(PATH) && operation == Operation.EQUAL && !value.isEmpty();
  }

  private boolean isGlob() {
    return name.equals(GLOB);
  }

  /**
   * Whether a label value, empty for a label that is not there, satisfies this; the path of a
   * series if it is {@link #isOfPath of paths}.
   */
  public boolean matches(String candidate) {
    if (isGlob()) {
      return pattern.matches(candidate) == (operation == Operation.EQUAL);
    }
    return switch (operation) {
      case EQUAL -> candidate.equals(value);
      case NOT_EQUAL -> !candidate.equals(value);
      case MATCHES -> pattern.matches(candidate);
      case NOT_MATCHES -> !pattern.matches(candidate);
    };
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Matcher other
        && operation == other.operation
        && name.equals(other.name)
        && value.equals(other.value);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + operation.hashCode()) + value.hashCode();
  }

  @Override
  public String toString() {
    return name
        + operation.symbol()
        + '"'
        + value.replace("\\", "\\\\").replace("\"", "\\\"")
        + '"';
  }
}
