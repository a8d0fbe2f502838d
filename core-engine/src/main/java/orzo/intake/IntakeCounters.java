package orzo.intake;

import java.util.concurrent.atomic.LongAdder;

/**
 * What came in and what became of it, by protocol: received is always accepted plus rejected plus
 * what is on its way. Safe for many threads.
 */
public final class IntakeCounters {
  private final LongAdder[] received = adders(Protocol.values().length);
  private final LongAdder[] accepted = adders(Protocol.values().length);
  private final LongAdder[][] rejected = new LongAdder[Protocol.values().length][];

  /** Creates counters at zero. */
  public IntakeCounters() {
    for (int i = 0; i < rejected.length; i++) {
      rejected[i] = adders(Rejection.values().length);
    }
  }

  private static LongAdder[] adders(int count) {
    LongAdder[] adders = new LongAdder[count];
    for (int i = 0; i < count; i++) {
      adders[i] = new LongAdder();
    }
    return adders;
  }

  /** Counts samples as received. */
  public void received(Protocol protocol, long samples) {
    received[protocol.ordinal()].add(samples);
  }

  /** Counts samples as accepted: acknowledged by storage. */
  public void accepted(Protocol protocol, long samples) {
    accepted[protocol.ordinal()].add(samples);
  }

  /** Counts samples, or requests whose samples can't be told, as rejected. */
  public void rejected(Protocol protocol, Rejection reason, long samples) {
    rejected[protocol.ordinal()][reason.ordinal()].add(samples);
  }

  /** Samples received so far. */
  public long received(Protocol protocol) {
    return received[protocol.ordinal()].sum();
  }

  /** Samples accepted so far. */
  public long accepted(Protocol protocol) {
    return accepted[protocol.ordinal()].sum();
  }

  /** Samples rejected so far for a reason. */
  public long rejected(Protocol protocol, Rejection reason) {
    return rejected[protocol.ordinal()][reason.ordinal()].sum();
  }
}
