package orzo.statsd;

/** Why a line, or one value of it, was not taken. */
public enum LineFault {
  /** A line without a colon, so that it has no value. */
  NO_VALUE("no_value", true),
  /** A value that no type follows. */
  NO_TYPE("no_type", true),
  /** A value that is not a number, of a type that needs one. */
  BAD_VALUE("bad_value", true),
  /** A time below zero. */
  NEGATIVE_TIME("negative_time", true),
  /** What follows the type does not begin with {@code @}, or no rate follows that. */
  BAD_RATE("bad_rate", true),
  /** A timestamp that is not whole seconds, or of a type that can't have one. */
  BAD_TIMESTAMP("bad_timestamp", true),
  /** An event whose lengths do not fit. */
  BAD_EVENT("bad_event", true),
  /** A service check without a name, or with another status than 0 to 3. */
  BAD_SERVICE_CHECK("bad_service_check", true),
  /** A name of which nothing is left without the characters that names can't have. */
  NO_NAME("no_name", true),
  /** A name with its tags that is longer than names may be. */
  NAME_TOO_LONG("name_too_long", true),
  /** Bytes on a TCP connection that go on without a line's end. */
  LINE_TOO_LONG("line_too_long", true),
  /** A line whose connection ended before it did; the reference daemon does not count it. */
  INCOMPLETE("incomplete", false),
  /** A new key, when there are as many as there may be. */
  TOO_MANY_KEYS("too_many_keys", false),
  /** A value of a timer or a set, when as many as may be wait for the flush. */
  TOO_MANY_VALUES("too_many_values", false);

  private final String label;
  private final boolean malformed;

  LineFault(String label, boolean malformed) {
    this.label = label;
    this.malformed = malformed;
  }

  /** The name as the value of a label. */
  public String label() {
    return label;
  }

  /** Whether {@code bad_lines_seen} counts it: the sender is to blame, and not a limit. */
  boolean isMalformed() {
    return malformed;
  }
}
