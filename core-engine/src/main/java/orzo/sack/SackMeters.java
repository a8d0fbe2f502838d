package orzo.sack;

import orzo.storage.FlushOutcome;

/** Hears what sacks do, for the gateway's own metrics. Called from many threads. */
public interface SackMeters {
  /** Why samples of a backlog were not folded. */
  enum Drop {
    /** Their series was deleted after they were accepted. */
    DELETED_SERIES,
    /** Their series was deleted so long ago that nobody knows any more which metric it was. */
    FORGOTTEN_SERIES
  }

  /** Listens to nothing. */
  SackMeters NONE =
      new SackMeters() {
        @Override
        public void processed(int sack, long samples) {}

        @Override
        public void dropped(int sack, Drop reason, long samples) {}

        @Override
        public void revived(int sack, long samples) {}

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

  /** Samples of a sack's backlog were not folded. */
  void dropped(int sack, Drop reason, long samples);

  /** Samples that came for a deleted series were folded into the next one of the same metric. */
  void revived(int sack, long samples);

  /** A flush was stored: that many splits and bytes, within that time. */
  void flushed(int sack, int splits, long bytes, long nanos);

  /** Storage answered to a flush, whether it was stored or refused. */
  void flushEnded(int sack, FlushOutcome outcome);

  /** That many raw splits were closed within that time, and their samples aggregated. */
  void closed(int sack, int splits, long samples, long nanos);

  /** Processing met a failure of storage and will try again. */
  void failed(int sack);
}
