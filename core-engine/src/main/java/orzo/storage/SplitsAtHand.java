package orzo.storage;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The stored splits that are known without reading them from storage. What is told here is as true
 * as what {@link SplitStore} would tell. Safe for many threads. Calls may take a round trip to find
 * out that nothing has changed, but few of them do.
 */
public interface SplitsAtHand {
  /** Nothing is at hand. */
  SplitsAtHand NONE =
      new SplitsAtHand() {
        @Override
        public boolean read(int sack, List<SplitKey> keys, byte[] @Nullable [] into) {
          return false;
        }

        @Override
        public Optional<List<OpenSpan>> openSplitsAtHand(int sack) {
          return Optional.empty();
        }
      };

  /**
   * Finds the bytes of splits.
   *
   * @param into gets the split of each key at its place, null where none is stored
   * @return false if that is not known of all of them; {@code into} then means nothing
   * @throws GatewayException {@link Kind#UNAVAILABLE} when storage does not answer
   */
  boolean read(int sack, List<SplitKey> keys, byte[] @Nullable [] into);

  /**
   * The open raw splits of a sack as {@link SplitStore#openSplits} tells them; empty if unknown.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when storage does not answer
   */
  Optional<List<OpenSpan>> openSplitsAtHand(int sack);
}
