package orzo.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An immutable set of labels, sorted by name, without empty values: to Prometheus a label with an
 * empty value is one that is not there.
 */
public final class Labels implements Comparable<Labels> {
  /** The label that holds a metric's name. */
  public static final String NAME = "__name__";

  /** No labels. */
  public static final Labels EMPTY = new Labels(new String[0]);

  private final String[] pairs; // name, value, name, value …; names ascending
  private final int hash;

  private Labels(String[] pairs) {
    this.pairs = pairs;
    this.hash = Arrays.hashCode(pairs);
  }

  /**
   * Makes labels of alternating names and values in any order.
   *
   * @throws IllegalArgumentException for an odd number of strings or a name given twice
   */
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "labels: " + namesAndValues.length + " strings (expected: pairs)");
    }
    Builder builder = new Builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (builder.contains(namesAndValues[i])) {
        throw new IllegalArgumentException(
            "labels: name '" + namesAndValues[i] + "' twice (expected: once)");
      }
      builder.set(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /** Makes labels of a map. */
  public static Labels copyOf(Map<String, String> labels) {
    Builder builder = new Builder();
    labels.forEach(builder::set);
    return builder.build();
  }

  /**
   * Makes labels of alternating names and values that are already strictly ascending by name and
   * hold no empty value. The array belongs to the labels afterwards.
   */
  public static Labels ofSorted(String[] pairs) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1].isEmpty() || i > 0 && pairs[i - 2].compareTo(pairs[i]) >= 0) {
        throw new IllegalArgumentException(
            "labels: '" + pairs[i] + "' (expected: ascending names, values not empty)");
      }
    }
    return pairs.length == 0 ? EMPTY : new Labels(pairs);
  }

  /** How many labels there are. */
  public int size() {
    return pairs.length / 2;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /** The name of label {@code i} in ascending order of names. */
  public String name(int i) {
    return pairs[2 * i];
  }

  /** The value of label {@code i} in ascending order of names. */
  public String value(int i) {
    return pairs[2 * i + 1];
  }

  /** The value of a label, empty when it is not there. */
  public String get(String name) {
    int i = indexOf(name);
    return i < 0 ? "" : pairs[2 * i + 1];
  }

  /** Whether a label is there. */
  public boolean contains(String name) {
    return indexOf(name) >= 0;
  }

  /** The metric name, empty when there is none. */
  public String metricName() {
    return get(NAME);
  }

  /** These labels without the metric name. */
  public Labels withoutName() {
    return contains(NAME) ? toBuilder().remove(NAME).build() : this;
  }

  /** Only the labels with one of these names. */
  public Labels keep(Collection<String> names) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      if (names.contains(pairs[i])) {
        kept.add(pairs[i]);
        kept.add(pairs[i + 1]);
      }
    }
    return ofKept(kept);
  }

  /** Only the labels with none of these names. */
  public Labels drop(Collection<String> names) {
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      if (!names.contains(pairs[i])) {
        kept.add(pairs[i]);
        kept.add(pairs[i + 1]);
      }
    }
    return ofKept(kept);
  }

  /** These labels with one set, or removed when {@code value} is empty. */
  public Labels with(String name, String value) {
    return toBuilder().set(name, value).build();
  }

  /** A builder that starts with these labels. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    for (int i = 0; i < pairs.length; i += 2) {
      builder.set(pairs[i], pairs[i + 1]);
    }
    return builder;
  }

  /** The labels as a map in ascending order of names. */
  public Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  private Labels ofKept(List<String> kept) {
    if (kept.size() == pairs.length) {
      return this;
    }
    return kept.isEmpty() ? EMPTY : new Labels(kept.toArray(new String[0]));
  }

  private int indexOf(String name) {
    int low = 0;
    int high = pairs.length / 2 - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int order = pairs[2 * middle].compareTo(name);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  /** Pair by pair, name before value, as Prometheus compares; a prefix comes first. */
  @Override
  public int compareTo(Labels other) {
    return Arrays.compare(pairs, other.pairs);
  }

  @Override
  public boolean equals(Object object) {
    return object instanceof Labels other
        && hash == other.hash
        && Arrays.equals(pairs, other.pairs);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** As Prometheus prints a series: {@code name{label="value", …}}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(metricName());
    String separator = "{";
    for (int i = 0; i < pairs.length; i += 2) {
      if (!pairs[i].equals(NAME)) {
        String value =
            pairs[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        text.append(separator).append(pairs[i]).append("=\"").append(value).append('"');
        separator = ", ";
      }
    }
    if (!separator.equals("{")) {
      text.append('}');
    }
    return text.isEmpty() ? "{}" : text.toString();
  }

  /** Collects labels in any order; the last value given for a name wins. */
  public static final class Builder {
    private final TreeMap<String, String> labels = new TreeMap<>();

    /** Sets a label, or removes it when {@code value} is empty. */
    public Builder set(String name, String value) {
      if (value.isEmpty()) {
        labels.remove(name);
      } else {
        labels.put(name, value);
      }
      return this;
    }

    /** Removes a label if it is there. */
    public Builder remove(String name) {
      labels.remove(name);
      return this;
    }

    /** Whether a label was set. */
    public boolean contains(String name) {
      return labels.containsKey(name);
    }

    /** The labels as collected so far. */
    public Labels build() {
      if (labels.isEmpty()) {
        return EMPTY;
      }
      String[] pairs = new String[labels.size() * 2];
      int i = 0;
      for (var label : labels.entrySet()) {
        pairs[i++] = label.getKey();
        pairs[i++] = label.getValue();
      }
      return new Labels(pairs);
    }
  }
}
