package orzo.promql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import orzo.metric.Tenant;
import orzo.promql.exec.Evaluation;
import orzo.promql.exec.PreparedQuery;
import orzo.promql.syntax.PromQlFeature;
import orzo.promql.syntax.PromQlParser;
import orzo.query.QueryEngine;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.read.SeriesReader;

/**
 * Parses and evaluates PromQL over the series of a reader. Work above the selectors is done by the
 * calling thread; what the reader scans in parallel is its own choice.
 */
public final class PromQlEngine implements QueryEngine {
  /** The step of subqueries that name none: Prometheus's default evaluation interval. */
  public static final Duration DEFAULT_SUBQUERY_STEP = Duration.ofMinutes(1);

  /** How long the texts of all queries that are remembered may be together, in characters. */
  private static final long MAX_REMEMBERED = 500_000;

  /** What a parsed query takes besides its text's length, counted in characters. */
  private static final int WEIGHT = 500;

  private final Set<PromQlFeature> features;

  // Dashboards and rules ask the same again and again, and reading takes longer than some answers.
  private final Cache<String, PreparedQuery> prepared =
      Caffeine.newBuilder()
          .maximumWeight(MAX_REMEMBERED)
          .weigher((String text, PreparedQuery _) -> WEIGHT + text.length())
          .executor(Runnable::run)
          .build();
  private final LongSupplier nanoTime;
  private final Evaluation evaluation;

  /** An engine with Prometheus's default step for subqueries. */
  public PromQlEngine(SeriesReader reader) {
    this(reader, PromQlFeature.DEFAULT);
  }

  /** An engine that leaves some of the language out. */
  public PromQlEngine(SeriesReader reader, Set<PromQlFeature> features) {
    this(reader, DEFAULT_SUBQUERY_STEP, features, System::nanoTime);
  }

  /**
   * An engine.
   *
   * @param defaultSubqueryStep the step of subqueries that name none
   * @param features what is on of that which can be switched off
   * @param nanoTime a clock that only goes forward, in nanoseconds, for time limits
   */
  public PromQlEngine(
      SeriesReader reader,
      Duration defaultSubqueryStep,
      Set<PromQlFeature> features,
      LongSupplier nanoTime) {
    this.features = Set.copyOf(features);
    this.nanoTime = nanoTime;
    this.evaluation =
        new Evaluation(reader, defaultSubqueryStep.toMillis(), this.features, nanoTime);
  }

  private PreparedQuery prepare(String query) {
    PreparedQuery known = prepared.getIfPresent(query);
    if (known != null) {
      return known;
    }
    PreparedQuery read = PreparedQuery.of(PromQlParser.parse(query, features), query);
    prepared.put(query, read);
    return read;
  }

  @Override
  public QueryResult instant(Tenant tenant, String query, long timeMillis, QueryOptions options) {
    long startNanos = nanoTime.getAsLong();
    PreparedQuery expression = prepare(query);
    long parsingNanos = nanoTime.getAsLong() - startNanos;
    return evaluation
        .instant(tenant, expression, timeMillis, options)
        .withPreparation(parsingNanos);
  }

  @Override
  public QueryResult range(
      Tenant tenant,
      String query,
      long startMillis,
      long endMillis,
      long stepMillis,
      QueryOptions options) {
    long startNanos = nanoTime.getAsLong();
    PreparedQuery expression = prepare(query);
    long parsingNanos = nanoTime.getAsLong() - startNanos;
    return evaluation
        .range(tenant, expression, startMillis, endMillis, stepMillis, options)
        .withPreparation(parsingNanos);
  }
}
