package orzo.metric;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names the thing that a metric measures: a host, an instance of an application.
 *
 * @param type the name of its resource type, such as {@code prometheus} or {@code collectd_host}
 * @param id its id among the resources of that type and tenant, as people write it
 */
public record ResourceRef(String type, String id) {
  /** Stands between the values of labels that make up an id together. */
  private static final char JOINT = '@';

  private static final List<String> JOB_AND_INSTANCE = List.of("job", "instance");

  /**
   * Checks both parts.
   *
   * @throws IllegalArgumentException when one is empty
   */
  public ResourceRef {
    if (type.isEmpty()) {
      throw new IllegalArgumentException("resource type: '' (expected: one character or more)");
    }
    if (id.isEmpty()) {
      throw new IllegalArgumentException("resource id: '' (expected: one character or more)");
    }
  }

  /**
   * The resource that labels tell: its id is their values with {@code @} between, as Gnocchi joins
   * {@code job} and {@code instance}. Where there are several, an {@code @} in a value becomes
   * {@code %40} and a {@code %} becomes {@code %25}, so that no two sets of values give one id.
   *
   * @param names the labels that count, in this order
   * @return null when {@code labels} lacks one of them, or none is asked for
   */
  public static @Nullable ResourceRef ofLabels(String type, Labels labels, List<String> names) {
    StringBuilder id = new StringBuilder();
    for (String name : names) {
      String value = labels.get(name);
      if (value.isEmpty()) {
        return null;
      }
      if (names.size() == 1) {
        return new ResourceRef(type, value);
      }
      if (!id.isEmpty()) {
        id.append(JOINT);
      }
      id.append(value.replace("%", "%25").replace("@", "%40"));
    }
    return id.isEmpty() ? null : new ResourceRef(type, id.toString());
  }

  /**
   * The labels whose values make up the id, the way {@link #ofLabels} joins them; none when the id
   * is not made of labels. Where several sets of labels could be meant, {@code job} and {@code
   * instance} are; else for each part the first label with that value.
   */
  public List<String> labelsOf(Labels labels) {
    if (equals(ofLabels(type, labels, JOB_AND_INSTANCE))) {
      return JOB_AND_INSTANCE;
    }
    String whole = withValue(id, labels);
    if (whole != null) {
      return List.of(whole);
    }
    List<String> names = new ArrayList<>();
    for (String part : id.split("@", -1)) {
      String name = withValue(part.replace("%40", "@").replace("%25", "%"), labels);
      if (name == null) {
        return List.of();
      }
      names.add(name);
    }
    return equals(ofLabels(type, labels, names)) ? List.copyOf(names) : List.of();
  }

  private static @Nullable String withValue(String value, Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      if (labels.value(i).equals(value)) {
        return labels.name(i);
      }
    }
    return null;
  }
}
