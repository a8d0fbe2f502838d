package orzo.read;

import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.split.SampleBuffer;

/** What this node has processed and perhaps not yet flushed. */
public interface Tails {
  /**
   * Waits until everything that this node had appended to the sack before this call is processed,
   * if this node owns the sack; returns at once if it does not.
   *
   * @throws orzo.storage.GatewayException {@link orzo.storage.Kind#UNAVAILABLE} when that takes too
   *     long
   */
  void catchUp(int sack);

  /**
   * Copies what is held of some series in {@code [fromMillis, toMillis]}. Whatever of them is not
   * in the copy is in the split store already, so read that afterwards; samples may be in both, and
   * where they differ the copy is right.
   *
   * @return in the order of {@code series}; null where nothing is held
   */
  List<@Nullable SampleBuffer> copy(int sack, int[] series, long fromMillis, long toMillis);
}
