package orzo.redis;

import orzo.storage.Upkeep;
import orzo.storage.WatchedSplits;

/** The keys of every sack. */
final class SackKeys {
  private final Keys names;
  private final Keys.Sack[] sacks;

  SackKeys(Keys keys, int count) {
    names = keys;
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

  /** Tells {@code listener} what the name of a changed key means, if anything. */
  void changed(byte[] name, WatchedSplits.Listener listener) {
    Upkeep.FoundSplit split = names.split(name, sacks.length);
    if (split != null) {
      listener.splitChanged(split.sack(), split.key());
      return;
    }
    int sack = names.openSplits(name, sacks.length);
    if (sack != Keys.NO_SACK) {
      listener.openSplitsChanged(sack);
    }
  }
}
