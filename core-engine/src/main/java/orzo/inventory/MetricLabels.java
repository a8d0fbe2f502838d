package orzo.inventory;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.book.AttributeValue;
import orzo.book.Book.MetricHistory;
import orzo.book.MetricRecord;
import orzo.book.ResourceState;
import orzo.index.Periods;
import orzo.metric.Labels;

/**
 * The labels that a created metric has for whoever asks by labels: its name and its id, and what
 * its resource is and was. While the resource is in one state, they are those of that state; before
 * the first one, those of the first.
 */
public final class MetricLabels {
  /** The label that holds a created metric's UUID; the catalog has it, too. */
  public static final String ID = "metric_id";

  private static final String RESOURCE_ID = "resource_id";
  private static final String RESOURCE_TYPE = "resource_type";
  private static final String ORIGINAL_ID = "original_resource_id";
  private static final String PROJECT_ID = "project_id";
  private static final String USER_ID = "user_id";

  /** Names that say something else than an attribute of that name. */
  private static final Set<String> TAKEN =
      Set.of(Labels.NAME, ID, RESOURCE_ID, RESOURCE_TYPE, ORIGINAL_ID, PROJECT_ID, USER_ID);

  /** What an attribute with such a name is called. */
  private static final String PREFIX = "attribute_";

  private MetricLabels() {}

  /** The labels of a metric, and when it has them; without any period of no length. */
  static Map<Labels, Periods> of(MetricHistory history) {
    MetricRecord metric = history.metric();
    List<ResourceState> states = history.states();
    if (states.isEmpty()) {
      return Map.of(of(metric, null), Periods.ALWAYS);
    }
    Map<Labels, Periods> found = new LinkedHashMap<>();
    long from = Long.MIN_VALUE;
    for (int i = 0; i < states.size(); i++) {
      long to =
          i + 1 < states.size() ? firstMillisOf(states.get(i + 1).revisionStart()) : Long.MAX_VALUE;
      if (to > from) {
        long begin = from;
        found.merge(
            of(metric, states.get(i)), Periods.of(begin, to), (before, _) -> before.and(begin, to));
        from = to;
      }
    }
    return found;
  }

  /** The first millisecond that is not before a time. */
  private static long firstMillisOf(Instant time) {
    return time.minusNanos(1).toEpochMilli() + 1;
  }

  /** The labels of a metric without those of its resource. */
  static Labels ofMetric(MetricRecord metric) {
    return of(metric, null);
  }

  private static Labels of(MetricRecord metric, @Nullable ResourceState state) {
    Labels.Builder labels = Labels.EMPTY.toBuilder();
    set(labels, Labels.NAME, metric.name());
    labels.set(ID, metric.id().toString());
    if (state != null) {
      labels.set(RESOURCE_ID, state.id().toString());
      labels.set(RESOURCE_TYPE, state.type());
      labels.set(ORIGINAL_ID, state.originalId());
      set(labels, PROJECT_ID, state.projectId());
      set(labels, USER_ID, state.userId());
      state
          .attributes()
          .forEach((name, value) ->
              labels.set(TAKEN.contains(name) ? PREFIX + name : name, text(value)));
    }
    return labels.build();
  }

  private static void set(Labels.Builder labels, String name, @Nullable String value) {
    if (value != null) {
      labels.set(name, value);
    }
  }

  private static String text(AttributeValue value) {
    return switch (value) {
      case AttributeValue.Text(String text) -> text;
      case AttributeValue.Id(UUID id) -> id.toString();
      case AttributeValue.Real(double number) -> text(number);
      case AttributeValue.Bool(boolean bool) -> Boolean.toString(bool);
      case AttributeValue.Time(Instant time) -> time.toString();
    };
  }

  /** A whole number as one: 4, not 4.0. */
  private static String text(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  /** Whether the catalog's labels of a series are those of a created metric, and whose. */
  static @Nullable UUID idOf(Labels labels) {
    String id = labels.get(ID);
    if (id.isEmpty() || labels.size() != (labels.contains(Labels.NAME) ? 2 : 1)) {
      return null;
    }
    try {
      return UUID.fromString(id);
    } catch (IllegalArgumentException _) {
      return null; // a client has chosen a label of that name
    }
  }

  /** The names of labels of these, each once. */
  static Set<String> names(Iterable<Labels> all) {
    Set<String> names = new HashSet<>();
    for (Labels labels : all) {
      for (int i = 0; i < labels.size(); i++) {
        names.add(labels.name(i));
      }
    }
    return names;
  }

  /** The values of a label in these, without the empty one. */
  static List<String> values(Iterable<Labels> all, String name) {
    List<String> values = new ArrayList<>();
    for (Labels labels : all) {
      if (labels.contains(name)) {
        values.add(labels.get(name));
      }
    }
    return values;
  }
}
