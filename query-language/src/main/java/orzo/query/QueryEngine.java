package orzo.query;

import orzo.metric.Tenant;

/** Evaluates PromQL. Safe for many threads. Calls block. */
public interface QueryEngine {
  /**
   * Evaluates at one instant.
   *
   * @throws QueryException when there is no answer
   */
  QueryResult instant(Tenant tenant, String query, long timeMillis, QueryOptions options);

  /**
   * Evaluates at {@code startMillis}, and every {@code stepMillis} up to and including {@code
   * endMillis}.
   *
   * @throws QueryException when there is no answer
   */
  QueryResult range(
      Tenant tenant,
      String query,
      long startMillis,
      long endMillis,
      long stepMillis,
      QueryOptions options);
}
