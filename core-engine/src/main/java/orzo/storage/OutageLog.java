package orzo.storage;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that storage fails, and once that it works again, however many parts of a node notice.
 * An outage lasts from the first failure until every part that had one has succeeded or ended. Safe
 * for many threads.
 */
public final class OutageLog {
  private final LongSupplier nanos;
  private final Logger log;
  private final Set<String> failing = new HashSet<>(); // guarded by this
  private long sinceNanos; // guarded by this

  /**
   * Creates one that has heard of no failure.
   *
   * @param nanos the monotonic clock that tells how long an outage took
   */
  public OutageLog(LongSupplier nanos) {
    this(nanos, LoggerFactory.getLogger(OutageLog.class));
  }

  OutageLog(LongSupplier nanos, Logger log) {
    this.nanos = nanos;
    this.log = log;
  }

  /**
   * Hears of a failure that {@code part} will try again after. One that says something is wrong
   * with data, not with reaching the storage, is logged each time.
   */
  public void failed(String part, GatewayException failure) {
    if (failure.kind() != Kind.UNAVAILABLE) {
      log.warn("{}: {}", part, failure.getMessage());
      return;
    }
    boolean first;
    synchronized (this) {
      first = failing.isEmpty();
      failing.add(part);
      if (first) {
        sinceNanos = nanos.getAsLong();
      }
    }
    if (first) {
      log.warn("storage fails: {}; trying until it works again", failure.getMessage());
    } else {
      log.debug("{}: {}", part, failure.getMessage());
    }
  }

  /** Hears that {@code part} succeeded, or that it will not try any more. */
  public void succeeded(String part) {
    long tookNanos;
    synchronized (this) {
      if (!failing.remove(part) || !failing.isEmpty()) {
        return;
      }
      tookNanos = nanos.getAsLong() - sinceNanos;
    }
    log.info("storage works again, after {} ms", TimeUnit.NANOSECONDS.toMillis(tookNanos));
  }
}
