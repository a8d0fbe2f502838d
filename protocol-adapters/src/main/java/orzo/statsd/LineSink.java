package orzo.statsd;

/**
 * Takes what lines say. First {@link #line} tells of a line, then {@link #series} of whom the
 * values are that follow. The array may change once the call that brought the values returns.
 */
interface LineSink {
  /** A line that is not empty. */
  void line();

  /**
   * The series that the following values are of; nothing is known yet about how many there are.
   *
   * @param bytes where name and tags stand
   * @param tagsStart where the tags after {@code |#} begin; without tags that is their end
   */
  void series(byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd);

  /** A count; {@code weight} is one divided by the sample rate. */
  void count(double value, double weight);

  /** A gauge's value, or with {@code signed} the change of one that has a value other than 0. */
  void gauge(double value, boolean signed);

  /** An observation; {@code weight} is one divided by the sample rate. */
  void observe(double value, double weight);

  /** A member of a set. */
  void member(byte[] bytes, int start, int end);

  /** A count of a time of its own, not to be added to others. */
  void countAt(double value, long seconds);

  /** A gauge's value at a time of its own. */
  void gaugeAt(double value, long seconds);

  /** An event, which is no metric. */
  void event();

  /** A service check, which is no metric. */
  void serviceCheck();

  /** A line, or a value, that can't be taken. */
  void fault(LineFault fault);
}
