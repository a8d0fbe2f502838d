package orzo.gnocchi.aggregates;

import java.util.List;

/** Series that cannot be put together as asked; in Gnocchi's words. */
public final class Unaggregable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<List<Object>> series;

  /**
   * Creates a refusal.
   *
   * @param series which: of each, strings and numbers that name it
   */
  public Unaggregable(String reason, List<List<Object>> series) {
    super(reason);
    this.series = series;
  }

  /** Why not. */
  public String reason() {
    return String.valueOf(getMessage());
  }

  /** Which series: of each, strings and numbers that name it. */
  public List<List<Object>> series() {
    return series;
  }
}
