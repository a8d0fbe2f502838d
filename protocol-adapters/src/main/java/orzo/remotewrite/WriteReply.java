package orzo.remotewrite;

import orzo.intake.Rejection;

/**
 * How a remote-write request is answered. By the specification a sender repeats what was answered
 * with 429 or 5xx, and nothing else.
 *
 * @param status HTTP status code
 * @param reason what samples that were not stored are counted under
 * @param text what was wrong, empty when nothing was
 */
public record WriteReply(int status, Rejection reason, String text) {
  /** Everything is stored. */
  public static final WriteReply STORED = new WriteReply(204, Rejection.INTERNAL, "");

  /** The sender did something that it should not repeat. */
  static WriteReply bad(String text) {
    return new WriteReply(400, Rejection.MALFORMED, text);
  }

  /** The method is not POST. */
  static WriteReply notAllowed(String method) {
    return new WriteReply(
        405, Rejection.MALFORMED, "remote write: method " + method + " (expected: POST)");
  }

  /** The request arrived too slowly. */
  static WriteReply timeout(String text) {
    return new WriteReply(408, Rejection.MALFORMED, text);
  }

  /** The request is over a size limit. */
  static WriteReply tooLarge(String text) {
    return new WriteReply(413, Rejection.TOO_LARGE, text);
  }

  /** The request is in a format or compression that is not remote write 1.0. */
  static WriteReply unsupported(String text) {
    return new WriteReply(415, Rejection.MALFORMED, text);
  }

  /**
   * There is no room for the samples. Not 429: that tells a sender that it sends too much, and
   * Prometheus, unless told otherwise, then throws the samples away.
   */
  static WriteReply noRoom(Rejection reason, String text) {
    return new WriteReply(503, reason, text);
  }

  /** Something failed that the sender can do nothing about. */
  static WriteReply failed(String text) {
    return new WriteReply(500, Rejection.INTERNAL, text);
  }

  /** Storage is away. */
  static WriteReply unavailable(String text) {
    return new WriteReply(503, Rejection.UNAVAILABLE, text);
  }

  /** Whether to tell the sender when to come again. */
  public boolean hasRetryAfter() {
    return status == 503;
  }
}
