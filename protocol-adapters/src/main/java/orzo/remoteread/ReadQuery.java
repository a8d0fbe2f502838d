package orzo.remoteread;

import java.util.List;
import orzo.index.Matcher;

/**
 * One query of a {@link ReadRequest}.
 *
 * @param startMillis the first time wanted
 * @param endMillis the last time wanted
 * @param matchers what the series satisfy, all of them
 */
public record ReadQuery(long startMillis, long endMillis, List<Matcher> matchers) {
  /** Keeps a copy. */
  public ReadQuery {
    matchers = List.copyOf(matchers);
  }
}
