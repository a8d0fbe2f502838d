package orzo.sack;

/** Hears what sacks do, for the gateway's own metrics. Called from many threads. */
public interface SackMeters {
  /** Listens to nothing. */
  SackMeters NONE =
      new SackMeters() {
        @Override
        public void processed(int sack, long samples) {}

        @Override
        public void flushed(int sack, int splits, long bytes, long nanos) {}

        @Override
        public void failed(int sack) {}
      };

  /** Samples of a sack's backlog were folded. */
  void processed(int sack, long samples);

  /** A flush was stored: that many splits and bytes, within that time. */
  void flushed(int sack, int splits, long bytes, long nanos);

  /** Processing met a failure of storage and will try again. */
  void failed(int sack);
}
