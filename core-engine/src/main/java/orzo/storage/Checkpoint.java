package orzo.storage;

/**
 * How far a sack is processed: what every flush moves on, and what tells whether a flush was
 * stored.
 *
 * @param position the backlog up to here is in the splits
 * @param number how many flushes were stored; tells two of the same position apart
 */
public record Checkpoint(BacklogPosition position, long number) {
  /** Before the first flush. */
  public static final Checkpoint START = new Checkpoint(BacklogPosition.START, 0);

  /** What a flush up to {@code position} makes of this. */
  public Checkpoint next(BacklogPosition position) {
    return new Checkpoint(position, number + 1);
  }
}
