package orzo.histogram;

/** What is known of a counter reset between a histogram and the sample before it. */
public enum ResetHint {
  /** Nothing; whoever wants to know must compare both. */
  UNKNOWN,
  /** The counter began anew with this sample. */
  RESET,
  /** It went on from the sample before. */
  NOT_RESET,
  /** It is no counter but a gauge, which may fall. */
  GAUGE
}
