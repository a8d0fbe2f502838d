package orzo.remotewrite;

import orzo.intake.Rejection;
import orzo.metric.Labels;

/** The labels of a series once they were looked at: to be registered, or to be refused. */
sealed interface ParsedSeries {
  /** Labels as they may be stored. */
  record Valid(Labels labels) implements ParsedSeries {}

  /**
   * Labels that may not be stored.
   *
   * @param reason what the series' samples are counted under
   * @param text names the label, its value and what is allowed
   */
  record Invalid(Rejection reason, String text) implements ParsedSeries {}
}
