package orzo.storage;

import java.util.List;

/**
 * Reads of splits whose later changes storage tells of: what a cache of splits is fed by. Safe for
 * many threads. Calls block.
 *
 * <p>News keep the order of changes, and come before the reply to any read that could see the
 * change: when a read of a sack returns, the listener has heard of every change of what was read of
 * that sack under the same watch before, as far as the change was made before the reply.
 */
public interface WatchedSplits {
  /** The number of no watch. */
  long UNWATCHED = 0;

  /** Hears of changes. Called on threads that must not be blocked. */
  interface Listener {
    /**
     * A split that was read has changed, or is gone, or there is one now. Of one that is gone
     * because its time to live was over this may come much later.
     */
    void splitChanged(int sack, SplitKey key);

    /** Which splits of a sack are open has changed. */
    void openSplitsChanged(int sack);

    /** Anything may have changed. */
    void allChanged();
  }

  /** Names who hears of changes; once, before anything is read. */
  void listen(Listener listener);

  /**
   * The number of the watch that is kept over a sack now; {@link #UNWATCHED} when there is none.
   * What was read after this returned a watch's number is watched for as long as the same number is
   * returned: after an interruption it is another, and what was read before may have changed
   * unheard.
   *
   * <p>When a number is returned, changes that were made more than half a second ago have been
   * heard of, whatever became of the connection. That may take a round trip.
   *
   * @throws GatewayException {@link Kind#UNAVAILABLE} when storage does not answer
   */
  long watch(int sack);

  /** Reads as {@link SplitStore#read} does; keys that are missing are watched, too. */
  List<StoredSplit> read(int sack, List<SplitKey> keys);

  /** Reads as {@link SplitStore#openSplits} does. */
  List<OpenSpan> openSplits(int sack);
}
