package orzo.http.prometheus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import orzo.index.Matcher;
import orzo.index.SeriesLister;
import orzo.index.SeriesPresence;
import orzo.index.SeriesStatistics;
import orzo.metric.Exemplar;
import orzo.metric.Labels;
import orzo.metric.MetricMetadata;
import orzo.metric.Tenant;
import orzo.promql.syntax.Expr;
import orzo.promql.syntax.PromQlParser;
import orzo.query.QueryEngine;
import orzo.query.QueryException;
import orzo.query.QueryOptions;
import orzo.query.QueryResult;
import orzo.query.QueryValue;
import orzo.read.SeriesExemplars;
import orzo.storage.MetadataStore;

/** The ports below the API, in memory. */
final class Fakes {
  private Fakes() {}

  /** What an engine was asked; start equals end and step is 0 for an instant query. */
  record Asked(
      Tenant tenant, String query, long start, long end, long step, QueryOptions options) {}

  /** Answers every query with what {@link #answerWith} was given last. */
  static final class Engine implements QueryEngine {
    private volatile Function<Asked, QueryResult> answer = _ -> scalar(1);
    final AtomicReference<Asked> last = new AtomicReference<>();

    void answerWith(QueryValue value) {
      answer = _ -> new QueryResult(value, List.of(), List.of());
    }

    void answerBy(Function<Asked, QueryResult> function) {
      answer = function;
    }

    @Override
    public QueryResult instant(Tenant tenant, String query, long timeMillis, QueryOptions options) {
      return ask(new Asked(tenant, query, timeMillis, timeMillis, 0, options));
    }

    @Override
    public QueryResult range(
        Tenant tenant, String query, long start, long end, long step, QueryOptions options) {
      return ask(new Asked(tenant, query, start, end, step, options));
    }

    private QueryResult ask(Asked asked) {
      last.set(asked);
      return answer.apply(asked);
    }
  }

  static QueryResult scalar(double value) {
    return new QueryResult(new QueryValue.Scalar(1000, value), List.of(), List.of());
  }

  /** Series of several tenants. */
  record Lister(List<Owned> all) implements SeriesLister {
    record Owned(Tenant tenant, Labels labels) {}

    @Override
    public List<Labels> series(Tenant tenant, List<List<Matcher>> selectors, int limit) {
      return all.stream()
          .filter(owned -> owned.tenant().equals(tenant))
          .map(Owned::labels)
          .filter(labels -> selectors.isEmpty() || selectors.stream().anyMatch(s -> all(s, labels)))
          .sorted(Comparator.naturalOrder())
          .limit(limit)
          .toList();
    }

    private static boolean all(List<Matcher> selector, Labels labels) {
      return selector.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())));
    }

    @Override
    public List<String> labelNames(Tenant tenant, List<List<Matcher>> selectors, int limit) {
      TreeSet<String> names = new TreeSet<>();
      series(tenant, selectors, Integer.MAX_VALUE)
          .forEach(labels -> names.addAll(labels.toMap().keySet()));
      return names.stream().limit(limit).toList();
    }

    @Override
    public @Nullable List<String> fewLabelNames(Tenant tenant, int most) {
      return few(labelNames(tenant, List.of(), Integer.MAX_VALUE), most);
    }

    @Override
    public @Nullable List<String> fewLabelValues(Tenant tenant, String label, int most) {
      return few(labelValues(tenant, label, List.of(), Integer.MAX_VALUE), most);
    }

    private static @Nullable List<String> few(List<String> all, int most) {
      return all.stream().mapToInt(text -> text.length() + 3).sum() > most ? null : all;
    }

    @Override
    public List<String> labelValues(
        Tenant tenant, String label, List<List<Matcher>> selectors, int limit) {
      TreeSet<String> values = new TreeSet<>();
      for (Labels labels : series(tenant, selectors, Integer.MAX_VALUE)) {
        if (labels.contains(label)) {
          values.add(labels.get(label));
        }
      }
      return values.stream().limit(limit).toList();
    }
  }

  /** Metadata that all tenants but one share. */
  record Metadata(List<MetricMetadata> all) implements MetadataStore {
    @Override
    public void write(Tenant tenant, List<MetricMetadata> metadata) {
      throw new AssertionError("a query API writes nothing");
    }

    @Override
    public List<MetricMetadata> read(Tenant tenant) {
      return tenant.equals(Tenant.DEFAULT) ? all : List.of();
    }
  }

  /** Selectors with at most one matcher in braces; an expression is anything but an open one. */
  static final class Syntax implements PromQlSyntax {
    private static final Pattern SELECTOR =
        Pattern.compile("([a-z_]*)(?:\\{(?:([a-z_]+)(=~|=)\"([^\"]*)\")?\\})?");

    @Override
    public List<Matcher> selector(String text) {
      java.util.regex.Matcher parsed = SELECTOR.matcher(text);
      if (!parsed.matches()) {
        throw new QueryException(
            QueryException.Type.BAD_DATA, "1:3: parse error: unexpected end of input");
      }
      List<Matcher> matchers = new ArrayList<>();
      if (!parsed.group(1).isEmpty()) {
        matchers.add(Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, parsed.group(1)));
      }
      if (parsed.group(2) != null) {
        Matcher.Operation operation =
            parsed.group(3).equals("=") ? Matcher.Operation.EQUAL : Matcher.Operation.MATCHES;
        matchers.add(Matcher.of(parsed.group(2), operation, parsed.group(4)));
      }
      return matchers;
    }

    @Override
    public Expr expression(String text) {
      if (text.isEmpty() || text.endsWith("+")) {
        throw new QueryException(
            QueryException.Type.BAD_DATA, "1:1: parse error: no expression found in input");
      }
      return PromQlParser.parse(text);
    }
  }

  /** Exemplars of the series {@code up}, for those who select them. */
  static final class Exemplars implements orzo.read.Exemplars {
    @Override
    public List<SeriesExemplars> find(
        Tenant tenant, List<List<Matcher>> selectors, long fromMillis, long toMillis) {
      Matcher up = Matcher.of(Labels.NAME, Matcher.Operation.EQUAL, "up");
      if (!tenant.equals(Tenant.DEFAULT) || !selectors.contains(List.of(up))) {
        return List.of();
      }
      List<Exemplar> found = new ArrayList<>();
      for (long millis : new long[] {1500, 2000, 3000}) {
        if (millis >= fromMillis && millis <= toMillis) {
          found.add(new Exemplar(Labels.of("trace_id", "t" + millis), millis / 8.0, millis));
        }
      }
      return List.of(new SeriesExemplars(Labels.of("__name__", "up", "job", "a"), found));
    }
  }

  /** Tells what it was asked. */
  static final class Statistics implements SeriesStatistics {
    @Override
    public SeriesStatistics.Statistics statistics(Tenant tenant, int limit) {
      return new SeriesStatistics.Statistics(
          3,
          5,
          List.of(new Count(tenant.id(), limit)),
          List.of(new Count("job", 2), new Count("a\"b", 1)),
          List.of(),
          List.of(new Count("job=a", 2)));
    }
  }

  /** Keeps what it was told to delete. */
  static final class Removal implements ApiBackend.Removal {
    /** What one call deletes. */
    record Removed(Tenant tenant, List<List<Matcher>> selectors) {}

    final List<Removed> asked = new CopyOnWriteArrayList<>();

    @Override
    public long delete(Tenant tenant, List<List<Matcher>> selectors) {
      asked.add(new Removed(tenant, selectors));
      return 1;
    }
  }

  /** All series have data, those of job b before the time of 50 s and from the year 2000 on. */
  record Presence(Lister lister) implements SeriesPresence {
    private static final long YEAR_2000 = 946_684_800_000L;

    @Override
    public List<Labels> present(
        Tenant tenant, List<List<Matcher>> selectors, long fromMillis, long toMillis) {
      return lister.series(tenant, selectors, Integer.MAX_VALUE).stream()
          .filter(labels ->
              !labels.get("job").equals("b") || toMillis < 50_000 || toMillis >= YEAR_2000)
          .toList();
    }
  }
}
