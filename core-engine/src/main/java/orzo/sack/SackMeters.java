package orzo.sack;

import orzo.storage.FlushOutcome;

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
        public void flushEnded(int sack, FlushOutcome outcome) {}

        @Override
        public void closed(int sack, int splits, long samples, long nanos) {}

        @Override
        public void failed(int sack) {}
      };

  /** Samples of a sack's backlog were folded. */
  void processed(int sack, long samples);

  /** A flush was stored: that many splits and bytes, within that time. */
  void flushed(int sack, int splits, long bytes, long nanos);

  /** Storage answered to a flush, whether it was stored or refused. */
  void flushEnded(int sack, FlushOutcome outcome);

  /** That many raw splits were closed within that time, and their samples aggregated. */
  void closed(int sack, int splits, long samples, long nanos);

  /** Processing met a failure of storage and will try again. */
  void failed(int sack);
}
