package orzo.storage;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What was accepted and not yet processed, one ordered log per sack. Safe for many threads.
 *
 * <p>Entries are opaque here. Blocking calls throw {@link GatewayException} {@link
 * Kind#UNAVAILABLE} when storage does not answer.
 */
public interface Backlog {
  /**
   * Appends one entry to a sack's backlog. Appends to one sack that one thread starts one after the
   * other are stored in that order.
   *
   * @param bytes not to be changed until the stage completes
   * @return completes after storage acknowledged, with the entry's position; completes with {@link
   *     GatewayException} {@link Kind#UNAVAILABLE} when it is unknown whether the entry is stored,
   *     {@link Kind#LIMIT} when storage refused it for want of room
   */
  CompletionStage<BacklogPosition> append(int sack, byte[] bytes);

  /**
   * Reads entries in order, none at or before {@code after}. Returns an empty list when there are
   * none; otherwise at least one entry, and no further ones once {@code maxEntries} are reached.
   */
  List<BacklogEntry> read(int sack, BacklogPosition after, int maxEntries);

  /** How many entries stand in a sack's backlog. */
  long length(int sack);

  /**
   * How many bytes a sack's backlog takes in storage, its own overhead included; may be an estimate
   * when the backlog is long. Cheap enough to be asked for every second.
   */
  long sizeBytes(int sack);
}
