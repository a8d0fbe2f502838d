package orzo.remotewrite;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import orzo.intake.Rejection;

/**
 * How a remote-write request is answered. By the specification a sender repeats what was answered
 * with 429 or 5xx, and nothing else.
 *
 * @param status HTTP status code
 * @param reason what samples that were not stored are counted under
 * @param text what was wrong, empty when nothing was
 * @param written how much was stored; null when the sender is not to be told
 */
public record WriteReply(int status, Rejection reason, String text, @Nullable Written written) {
  /**
   * How much of a request was stored, as remote write 2.0 has receivers say in headers.
   *
   * @param samples samples with plain values
   * @param histograms native histograms
   * @param exemplars exemplars
   */
  public record Written(long samples, long histograms, long exemplars) {
    /** Nothing was stored. */
    public static final Written NOTHING = new Written(0, 0, 0);

    /** Gives each header, with its value, to a setter. */
    void setHeaders(BiConsumer<String, String> setter) {
      setter.accept("X-Prometheus-Remote-Write-Samples-Written", Long.toString(samples));
      setter.accept("X-Prometheus-Remote-Write-Histograms-Written", Long.toString(histograms));
      setter.accept("X-Prometheus-Remote-Write-Exemplars-Written", Long.toString(exemplars));
    }
  }

  /** Everything is stored. */
  public static final WriteReply STORED = new WriteReply(204, Rejection.INTERNAL, "");

  /** Creates a reply that does not say how much was stored. */
  public WriteReply(int status, Rejection reason, String text) {
    this(status, reason, text, null);
  }

  /** The same, saying how much was stored. */
  WriteReply with(Written written) {
    return new WriteReply(status, reason, text, written);
  }

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

  /** The request is in a format or compression that is not remote write's. */
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
