package orzo.query;

import java.util.List;
import java.util.Optional;
import orzo.read.ReadCounts;

/**
 * One operation of a query that was evaluated.
 *
 * @param operation what kind it is
 * @param expression the part of the query that it evaluates, in canonical form
 * @param scan what it read, if it reads series
 * @param operands the operations that it takes its operands from
 */
public record Explanation(
    String operation, String expression, Optional<Scan> scan, List<Explanation> operands) {
  /**
   * What the evaluation of a selector read.
   *
   * @param series how many series were selected
   * @param counts what was read of them
   * @param tiers what they were read from, by archive policy
   */
  public record Scan(int series, ReadCounts counts, List<TierUse> tiers) {
    /** Creates a scan. */
    public Scan {
      tiers = List.copyOf(tiers);
    }
  }

  /**
   * What the series of one archive policy were read from.
   *
   * @param policy the policy's name
   * @param series how many of the series have it
   * @param tier {@code raw}, a granularity, or both
   * @param reason why this one
   */
  public record TierUse(String policy, int series, String tier, String reason) {}
}
