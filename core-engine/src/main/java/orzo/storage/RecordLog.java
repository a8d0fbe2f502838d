package orzo.storage;

import java.util.List;
import java.util.OptionalLong;
import orzo.metric.Tenant;

/**
 * One ordered log of records for each tenant, which decides what happened first when several nodes
 * change something at once: who appends says up to where it knows the log, and is refused when
 * there is more by now. What records mean is decided above. Safe for many threads. Calls block.
 *
 * <p>A position is given out once, and positions rise by one from record to record. Where one is
 * missing, its record was {@linkplain #remove removed}.
 */
public interface RecordLog {
  /** The position before the first record. */
  long START = 0;

  /** How many records one append may have. */
  int MAX_RECORDS = 10_000;

  /** How many bytes the records of one append may have together. */
  int MAX_BYTES = 16 << 20;

  /**
   * Appends records, all or none, if the last position that the tenant's log gave out is {@code
   * position}. After {@link Kind#UNAVAILABLE} it is unknown whether they were appended: read on.
   *
   * @param records none is allowed, and appends nothing
   * @return the position of the last record, or empty when the log has moved on and nothing was
   *     done
   * @throws IllegalArgumentException for more than {@link #MAX_RECORDS} or {@link #MAX_BYTES}
   * @throws GatewayException {@link Kind#LIMIT} when storage is full, and nothing was done
   */
  OptionalLong append(Tenant tenant, long position, List<byte[]> records);

  /** Reads the records behind a position, in order, at most {@code maxRecords}. */
  List<LogRecord> read(Tenant tenant, long after, int maxRecords);

  /**
   * Removes records that mean nothing any more. Positions without a record count for nothing; the
   * last record stays, since it tells how far the log is.
   */
  void remove(Tenant tenant, List<Long> positions);

  /**
   * Checks that records may be appended at once.
   *
   * @throws IllegalArgumentException for more than {@link #MAX_RECORDS} or {@link #MAX_BYTES}
   */
  static void requireWithinLimits(List<byte[]> records) {
    long bytes = 0;
    for (byte[] one : records) {
      bytes += one.length;
    }
    if (records.size() > MAX_RECORDS || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "an append of "
              + records.size()
              + " records and "
              + bytes
              + " bytes (expected: at most "
              + MAX_RECORDS
              + " records and "
              + MAX_BYTES
              + " bytes)");
    }
  }
}
