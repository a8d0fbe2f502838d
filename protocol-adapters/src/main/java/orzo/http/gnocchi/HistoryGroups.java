package orzo.http.gnocchi;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.ResourceState;
import orzo.gnocchi.aggregates.Aggregates.Run;
import orzo.gnocchi.operations.Sampling;
import orzo.read.AggregateReader;
import orzo.read.Points;

/**
 * Groups by what attributes were at the time. A state of a resource counts for as long as it
 * lasted: measures are read for that time, and one whose window is only partly in it counts in that
 * proportion. Where one state ends and the next of the same group begins within a window, the parts
 * add up.
 */
final class HistoryGroups {
  private static final long MICROS_PER_MILLI = 1_000;

  private final ResourceGroups groups;
  private final NamedAggregates named;
  private final AggregateArguments arguments;

  /**
   * A state, and which part of the range it is asked about.
   *
   * @param fromMicros null for the beginning of all time
   * @param endMicros null for the end of all time
   */
  private record Period(ResourceState state, @Nullable Long fromMicros, @Nullable Long endMicros) {}

  /** Measures of one granularity, of which more are added at the end. */
  private static final class Measures {
    private final Sampling.Fixed sampling;
    private long[] times = new long[16];
    private double[] values = new double[16];
    private int size;

    Measures(Sampling.Fixed sampling) {
      this.sampling = sampling;
    }

    void add(long time, double value) {
      if (size > 0 && times[size - 1] == time) {
        values[size - 1] += value;
        return;
      }
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        values = Arrays.copyOf(values, 2 * size);
      }
      times[size] = time;
      values[size++] = value;
    }

    Run run() {
      return new Run(sampling, new Points(Arrays.copyOf(times, size), Arrays.copyOf(values, size)));
    }
  }

  HistoryGroups(ResourceGroups groups, NamedAggregates named, AggregateArguments arguments) {
    this.groups = groups;
    this.named = named;
    this.arguments = arguments;
  }

  /** The answer of each group that has measures. */
  List<Map<String, Object>> answers(List<ResourceState> states) {
    List<ResourceState> inRange = states.stream().filter(this::isInRange).toList();
    Map<ResourceState, Period> periods = periods(inRange);
    List<Map<String, Object>> answers = new ArrayList<>();
    for (ResourceGroups.Group group : groups.of(inRange)) {
      List<Period> ofGroup = joined(group.resources().stream().map(periods::get).toList());
      answer(ofGroup)
          .ifPresent(measures -> {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("group", group.key());
            answer.put("measures", measures);
            answers.add(answer);
          });
    }
    return answers;
  }

  private boolean hasStart() {
    return arguments.from() != AggregateReader.BEGINNING;
  }

  private boolean hasEnd() {
    return arguments.end() != AggregateReader.END;
  }

  /** Whether a state lasted into the range; where the range has an open end, all count. */
  private boolean isInRange(ResourceState state) {
    if (!hasStart() || !hasEnd()) {
      return true;
    }
    Instant end = state.revisionEnd();
    return state.revisionStart().isBefore(Instant.ofEpochMilli(arguments.end()))
        && (end == null || !end.isBefore(Instant.ofEpochMilli(arguments.from())));
  }

  /**
   * The part of the range that each state is asked about. The first state of a resource is taken to
   * have been the same before.
   */
  private Map<ResourceState, Period> periods(List<ResourceState> states) {
    List<ResourceState> sorted = new ArrayList<>(states);
    sorted.sort(
        Comparator.comparing(ResourceState::originalId)
            .thenComparing(ResourceState::id)
            .thenComparing(ResourceState::revisionStart));
    Map<ResourceState, Period> periods = new LinkedHashMap<>();
    @Nullable UUID before = null;
    for (ResourceState state : sorted) {
      boolean isFirst = !state.id().equals(before);
      before = state.id();
      periods.put(state, new Period(state, from(state, isFirst), end(state)));
    }
    return periods;
  }

  private @Nullable Long from(ResourceState state, boolean isFirst) {
    if (isFirst) {
      return hasStart() ? (Long) (arguments.from() * MICROS_PER_MILLI) : null;
    }
    long start = micros(state.revisionStart());
    return hasStart() ? Math.max(start, arguments.from() * MICROS_PER_MILLI) : start;
  }

  private @Nullable Long end(ResourceState state) {
    Instant over = state.revisionEnd();
    if (over == null) {
      return hasEnd() ? (Long) (arguments.end() * MICROS_PER_MILLI) : null;
    }
    return hasEnd() ? Math.min(micros(over), arguments.end() * MICROS_PER_MILLI) : micros(over);
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }

  /**
   * By when they start. Of one resource, those that start at once are one: all but the last ended
   * before the range.
   */
  private static List<Period> joined(List<Period> periods) {
    List<Period> sorted = new ArrayList<>(periods);
    sorted.sort(
        Comparator.comparing(
            Period::fromMicros, Comparator.nullsFirst(Comparator.<Long>naturalOrder())));
    List<Period> joined = new ArrayList<>();
    for (Period period : sorted) {
      Period last = joined.isEmpty() ? null : joined.getLast();
      if (last != null
          && last.state().id().equals(period.state().id())
          && Objects.equals(last.fromMicros(), period.fromMicros())) {
        joined.set(
            joined.size() - 1, new Period(last.state(), last.fromMicros(), period.endMicros()));
      } else {
        joined.add(period);
      }
    }
    return joined;
  }

  /** The measures of a group, and its resources if these are to be shown. */
  private Optional<Map<String, Object>> answer(List<Period> periods) {
    List<Measures> all = new ArrayList<>();
    List<ResourceState> having = new ArrayList<>();
    for (Period period : periods) {
      Optional<NamedAggregates.Result> result =
          named.evaluate(List.of(period.state()), arguments.between(from(period), end(period)));
      if (result.isPresent()) {
        if (!result.get().answer().aggregated()) {
          throw ApiError.described(
              400,
              "Metrics cannot be aggregated",
              "use_history needs operations that make one series of all, such as 'aggregate'",
              List.of());
        }
        having.add(period.state());
        for (Run run : result.get().answer().columns().getFirst()) {
          add(period, run, all);
        }
      }
    }
    List<Run> runs = all.stream().filter(it -> it.size > 0).map(Measures::run).toList();
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("measures", Map.of("aggregated", new MeasureLists(runs)));
    named.details(having).ifPresent(references -> json.put("references", references));
    return Optional.of(json);
  }

  private static long from(Period period) {
    Long from = period.fromMicros();
    return from == null ? AggregateReader.BEGINNING : Math.floorDiv(from, MICROS_PER_MILLI);
  }

  private static long end(Period period) {
    Long end = period.endMicros();
    return end == null ? AggregateReader.END : Math.ceilDiv(end, MICROS_PER_MILLI);
  }

  /** Adds the measures of a period, each in proportion to how much of its window is in it. */
  private static void add(Period period, Run run, List<Measures> all) {
    if (!(run.sampling() instanceof Sampling.Fixed sampling)) {
      throw new IllegalArgumentException(run.sampling() + " (expected: of a fixed length)");
    }
    Measures measures = measures(sampling, all);
    long length = Duration.ofMillis(sampling.millis()).toNanos() / 1_000;
    Points series = run.series();
    for (int i = 0; i < series.size(); i++) {
      long start = series.startsMillis()[i] * MICROS_PER_MILLI;
      long from = period.fromMicros() == null ? start : Math.max(start, period.fromMicros());
      long end =
          period.endMicros() == null
              ? start + length
              : Math.min(start + length, period.endMicros());
      measures.add(series.startsMillis()[i], series.values()[i] * ((double) (end - from) / length));
    }
  }

  private static Measures measures(Sampling.Fixed sampling, List<Measures> all) {
    for (Measures one : all) {
      if (one.sampling.equals(sampling)) {
        return one;
      }
    }
    Measures measures = new Measures(sampling);
    all.add(measures);
    return measures;
  }
}
