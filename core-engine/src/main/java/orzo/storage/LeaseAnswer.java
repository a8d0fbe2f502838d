package orzo.storage;

/** What a storage says to one of several requests for a lease. */
public sealed interface LeaseAnswer {
  /** The lease is the asker's, for its time to live from some moment after it asked. */
  record Granted(Lease lease) implements LeaseAnswer {}

  /** The sack is another's, or the lease is no longer the current one. */
  record Refused() implements LeaseAnswer {}

  /**
   * No answer came in time: it may have been granted or not.
   *
   * @param failure why there is none
   */
  record Unknown(GatewayException failure) implements LeaseAnswer {}
}
