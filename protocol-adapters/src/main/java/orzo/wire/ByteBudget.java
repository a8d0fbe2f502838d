package orzo.wire;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes that all requests together may hold. Safe for many threads; never waits. */
public final class ByteBudget {
  private final long limitBytes;
  private final AtomicLong reserved = new AtomicLong();

  /** Creates a budget of which nothing is reserved. */
  public ByteBudget(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Reserves bytes; false, and nothing changed, when they would exceed the limit. */
  public boolean tryReserve(long bytes) {
    if (reserved.addAndGet(bytes) > limitBytes) {
      release(bytes);
      return false;
    }
    return true;
  }

  /** Gives reserved bytes back. */
  public void release(long bytes) {
    if (reserved.addAndGet(-bytes) < 0) {
      throw new IllegalStateException("released more bytes than were reserved");
    }
  }

  /** How many bytes are reserved. */
  public long reserved() {
    return reserved.get();
  }
}
