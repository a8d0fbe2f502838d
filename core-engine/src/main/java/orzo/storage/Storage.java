package orzo.storage;

/** The ports of one storage, bound together. Closing it ends its connections. */
public interface Storage extends AutoCloseable {
  /** The number of sacks that this storage was set up with; it never changes. */
  int sacks();

  /** Accepted measures that wait for processing. */
  Backlog backlog();

  /** Stored splits. */
  SplitStore splits();

  /** Registered series. */
  Catalog catalog();

  /** Keeping it clean. */
  Upkeep upkeep();

  /** Ownership of sacks. */
  LeaseStore leases();

  /** Metadata of metric names. */
  MetadataStore metadata();

  /** The newest exemplars of series. */
  ExemplarStore exemplars();

  /** Archive policies and their rules. */
  PolicyStore policies();

  /** What was changed, of each tenant, in order. */
  RecordLog records();

  /**
   * Whether storage answers now.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} with the reason when it does not
   */
  void ping();

  @Override
  void close();
}
