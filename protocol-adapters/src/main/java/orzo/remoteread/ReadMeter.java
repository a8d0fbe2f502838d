package orzo.remoteread;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import orzo.read.ReadBudget;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/** What one request may still read, hold and wait. Safe for many threads. */
public final class ReadMeter implements ReadBudget {
  private final ReadBounds bounds;
  private final boolean limitsSamples;
  private final BooleanSupplier cancelled;
  private final BooleanSupplier late;
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /**
   * Creates the meter of a request.
   *
   * @param type a stream of chunks has no limit of samples, as it has none in Prometheus
   * @param cancelled whether the asker went away
   * @param late whether the request's time is over
   */
  public ReadMeter(
      ReadBounds bounds, ResponseType type, BooleanSupplier cancelled, BooleanSupplier late) {
    this.bounds = bounds;
    this.limitsSamples = type == ResponseType.SAMPLES;
    this.cancelled = cancelled;
    this.late = late;
  }

  @Override
  public void charge(long more) {
    if (cancelled.getAsBoolean()) {
      throw new GatewayException(Kind.LIMIT, "remote read: canceled by the client");
    }
    if (late.getAsBoolean()) {
      throw new GatewayException(Kind.UNAVAILABLE, "remote read: timed out");
    }
    if (samples.addAndGet(more) > bounds.maxSamples() && limitsSamples) {
      throw new GatewayException(Kind.LIMIT, "exceeded sample limit (" + bounds.maxSamples() + ")");
    }
  }

  /**
   * Takes room for what is encoded and not sent.
   *
   * @throws GatewayException {@link Kind#LIMIT} when there is none
   */
  void hold(long more) {
    if (bytes.addAndGet(more) > bounds.maxBytes()) {
      throw new GatewayException(
          Kind.LIMIT,
          "exceeded memory limit ("
              + bounds.maxBytes()
              + " bytes); ask for fewer series or less time"
              + (limitsSamples ? ", or accept streamed chunks" : ""));
    }
  }

  /** Gives back what was held. */
  void release(long less) {
    bytes.addAndGet(-less);
  }
}
