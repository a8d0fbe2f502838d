package orzo.remotewrite;

import orzo.intake.SeriesCache;

/**
 * An exemplar as it was decoded, its labels not looked at yet.
 *
 * @param ref its series, {@link SeriesCache#ABSENT} when that is new
 * @param newSeries which of the request's new series it is of, if it is of one
 * @param labelBytes its labels: a run of {@code labels} fields of remote write 1.0
 */
record DecodedExemplar(
    long ref, int newSeries, byte[] labelBytes, double value, long timestampMillis) {
  /** What one takes besides its labels. */
  static final int BYTES = 96;
}
