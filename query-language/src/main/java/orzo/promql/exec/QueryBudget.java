package orzo.promql.exec;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.read.ReadBudget;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * What one query may hold in memory at a time, and until when. Samples being read count while they
 * are read, results as long as they are held. Safe for many threads.
 */
final class QueryBudget implements ReadBudget {
  private final long maxSamples;
  private final long timeoutNanos;
  private final long startNanos;
  private final LongSupplier nanoTime;
  private final BooleanSupplier cancelled;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();

  /** A budget whose time starts now, by {@code nanoTime}. */
  QueryBudget(QueryOptions options, LongSupplier nanoTime) {
    this.maxSamples = options.maxSamples();
    this.timeoutNanos = options.timeout().toNanos();
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.cancelled = options.cancelled();
  }

  /** Called by storage; what is wrong travels as the cause, so that storage needn't know it. */
  @Override
  public void charge(long samples) {
    try {
      check();
      requireRoom(held.get() + samples);
    } catch (QueryException e) {
      throw carrier(e);
    }
  }

  /** The exception that carries a query's through storage. */
  static GatewayException carrier(QueryException e) {
    return new GatewayException(Kind.LIMIT, String.valueOf(e.getMessage()), e);
  }

  /** Takes room for samples that stay in memory. */
  void hold(long samples) {
    requireRoom(held.addAndGet(samples));
  }

  /** How many samples were held at most, those being read included. */
  long peak() {
    return peak.get();
  }

  /** How many samples are held now. */
  long held() {
    return held.get();
  }

  /** Of all that was held since {@code before}, only {@code samples} remain. */
  void keepOnly(long before, long samples) {
    held.set(before);
    hold(samples);
  }

  /**
   * Looks at the clock.
   *
   * @throws QueryException when time is up or the asker is gone
   */
  void check() {
    if (cancelled.getAsBoolean()) {
      throw new QueryException(
          QueryException.Type.CANCELED, "query was canceled in expression evaluation");
    }
    if (nanoTime.getAsLong() - startNanos > timeoutNanos) {
      throw new QueryException(
          QueryException.Type.TIMEOUT, "query timed out in expression evaluation");
    }
  }

  private void requireRoom(long samples) {
    if (samples > peak.get()) {
      peak.accumulateAndGet(samples, Math::max);
    }
    if (samples > maxSamples) {
      throw new QueryException(
          QueryException.Type.EXECUTION,
          "query processing would load too many samples into memory in query execution");
    }
  }
}
