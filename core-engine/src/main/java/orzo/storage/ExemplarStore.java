package orzo.storage;

import java.util.List;

/**
 * The newest exemplars of series. Bounded: of each series {@link #SERIES_LIMIT} are kept, and for
 * {@link #TTL_SECONDS} after the last was written. Safe for many threads. Blocking.
 */
public interface ExemplarStore {
  /** How many exemplars of a series are kept: those with the latest timestamps. */
  int SERIES_LIMIT = 32;

  /** How long the exemplars of a series are kept after the last of them came. */
  long TTL_SECONDS = 48 * 3600;

  /**
   * Stores exemplars; one that is there already changes nothing.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE}: some may be stored, and storing them again
   *     does no harm; {@link Kind#LIMIT} when storage is full
   */
  void write(int sack, List<SeriesExemplar> exemplars);

  /**
   * The exemplars of series with timestamps in {@code [fromMillis, toMillis]}, in the order of
   * {@code series}, those of a series by timestamp.
   */
  List<SeriesExemplar> read(int sack, int[] series, long fromMillis, long toMillis);
}
