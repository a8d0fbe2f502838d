package orzo.conformance.load;

/**
 * How the values of one series move from scrape to scrape. The state is a long, so that values are
 * exact and the same on every machine.
 */
enum ValueModel {
  /** A constant: sizes, start times, flags. */
  CONSTANT {
    @Override
    long next(long state, long random, long speed) {
      return state;
    }
  },
  /** A counter of events or bytes, whose increments scatter around its own mean. */
  COUNTER {
    @Override
    long next(long state, long random, long speed) {
      return state + Long.remainderUnsigned(random, 2 * speed + 1);
    }
  },
  /** A counter that stands still most of the time: errors, retries. */
  IDLE_COUNTER {
    @Override
    long next(long state, long random, long speed) {
      return (random & 31) == 0 ? state + 1 + Long.remainderUnsigned(random >>> 5, speed) : state;
    }
  },
  /** A counter of seconds with two decimals, as the kernel counts CPU time. */
  SECONDS_COUNTER {
    @Override
    long next(long state, long random, long speed) {
      return state + Long.remainderUnsigned(random, speed + 1);
    }

    @Override
    double value(long state) {
      return state / 100.0;
    }
  },
  /** A number of bytes in whole pages, walking up and down. */
  BYTES {
    @Override
    long next(long state, long random, long speed) {
      long step = Long.remainderUnsigned(random, 2 * speed + 1) - speed;
      return Math.max(0, state + step);
    }

    @Override
    double value(long state) {
      return state * 4096.0;
    }
  },
  /** A measurement with two decimals, walking up and down. */
  GAUGE {
    @Override
    long next(long state, long random, long speed) {
      long step = Long.remainderUnsigned(random, 2 * speed + 1) - speed;
      return Math.max(0, state + step);
    }

    @Override
    double value(long state) {
      return state / 100.0;
    }
  },
  /** A measurement with three decimals that scatters around its mean. */
  NOISE {
    @Override
    long next(long state, long random, long speed) {
      return 20 * speed + Long.remainderUnsigned(random, speed + 1);
    }

    @Override
    double value(long state) {
      return state / 1000.0;
    }
  };

  /**
   * The state one scrape later.
   *
   * @param random 64 random bits
   * @param speed of this series, at least 1
   */
  abstract long next(long state, long random, long speed);

  /** The sample's value for a state. */
  double value(long state) {
    return state;
  }
}
