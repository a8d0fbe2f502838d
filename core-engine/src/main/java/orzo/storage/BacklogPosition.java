package orzo.storage;

/**
 * A place in a sack's backlog. Positions grow with every append and have the two parts of a Redis
 * stream ID.
 *
 * @param major the first part, milliseconds where Redis assigned it
 * @param minor the second part
 */
public record BacklogPosition(long major, long minor) implements Comparable<BacklogPosition> {
  /** Before the first entry. */
  public static final BacklogPosition START = new BacklogPosition(0, 0);

  @Override
  public int compareTo(BacklogPosition other) {
    int byMajor = Long.compareUnsigned(major, other.major);
    return byMajor != 0 ? byMajor : Long.compareUnsigned(minor, other.minor);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(major) + "-" + Long.toUnsignedString(minor);
  }
}
