package orzo.redis;

/** The keys of every sack. */
final class SackKeys {
  private final Keys.Sack[] sacks;

  SackKeys(Keys keys, int count) {
    sacks = keys.sacks(count);
  }

  int count() {
    return sacks.length;
  }

  /**
   * The keys of one sack.
   *
   * @throws IllegalArgumentException for a sack that is not
   */
  Keys.Sack of(int sack) {
    if (sack < 0 || sack >= sacks.length) {
      throw new IllegalArgumentException(
          "sack: " + sack + " (expected: 0 to " + (sacks.length - 1) + ")");
    }
    return sacks[sack];
  }
}
