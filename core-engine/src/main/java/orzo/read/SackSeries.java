package orzo.read;

import java.util.Arrays;

/**
 * Some series of one sack.
 *
 * @param places their places in the selection
 * @param integers their integers in the sack, in the same order
 */
record SackSeries(int sack, int[] places, int[] integers) {
  int size() {
    return places.length;
  }

  /** Some of them. */
  SackSeries part(int from, int to) {
    return new SackSeries(
        sack, Arrays.copyOfRange(places, from, to), Arrays.copyOfRange(integers, from, to));
  }
}
