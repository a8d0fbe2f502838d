package orzo.http.gnocchi;

import java.util.concurrent.atomic.AtomicLong;
import orzo.read.ReadBudget;

/** How many windows and samples one request may read. Safe for many threads. */
final class SampleLimit implements ReadBudget {
  private final long limit;
  private final AtomicLong read = new AtomicLong();

  SampleLimit(long limit) {
    this.limit = limit;
  }

  @Override
  public void charge(long samples) {
    if (read.addAndGet(samples) > limit) {
      throw ApiError.of(
          400,
          "this reads more than "
              + limit
              + " windows and samples; ask for a shorter range, or for fewer metrics");
    }
  }
}
