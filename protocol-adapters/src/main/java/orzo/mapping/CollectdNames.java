package orzo.mapping;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

/**
 * The built-in rules for what collectd's write_graphite sends: {@code
 * host.plugin[-instance].type[-instance][.source]}, with {@code collectd.} before it or not, with
 * {@code .value} at its end or not, or all that as tags. Names and labels become those of
 * collectd's own write_prometheus, without the {@code _total} of its raw counters since
 * write_graphite sends rates; the host becomes a resource.
 *
 * <p>A path is taken for collectd's only if the plugin is known to have that type, and the type
 * that data source: a path of three words may be anybody's.
 */
final class CollectdNames {
  /** The resource type of a host that collectd watches. */
  private static final String RESOURCE_TYPE = "collectd_host";

  private static final String PREFIX = "collectd";

  /** The tags that collectd sends with UseTags. */
  private static final Set<String> TAGS =
      Set.of("host", "plugin", "plugin_instance", "type", "type_instance", "ds_name");

  private CollectdNames() {}

  /** What collectd calls a value; instances and source are empty when it has none. */
  private record Identity(
      String host,
      String plugin,
      String pluginInstance,
      String type,
      String typeInstance,
      String source) {}

  /**
   * The series of a name that collectd sent.
   *
   * @return null when it does not look like one
   */
  static @Nullable Mapped map(String path, Labels tags) {
    Identity identity = tags.isEmpty() ? ofPath(path) : ofTags(path, tags);
    return identity == null
        ? null
        : PlainNames.mapped(
            path,
            tags,
            labels(identity, tags.drop(TAGS)),
            new ResourceRef(RESOURCE_TYPE, identity.host),
            null);
  }

  private static @Nullable Identity ofPath(String path) {
    String[] nodes = path.split("\\.", -1);
    Identity without = ofNodes(nodes, nodes.length - 2, "");
    return without != null ? without : ofNodes(nodes, nodes.length - 3, nodes[nodes.length - 1]);
  }

  /** The identity if the plugin stands at {@code at}, the host before it, and the type behind. */
  private static @Nullable Identity ofNodes(String[] nodes, int at, String source) {
    int first = at > 1 && nodes[0].equals(PREFIX) ? 1 : 0;
    if (at <= first) {
      return null;
    }
    String plugin = beforeHyphen(nodes[at]);
    String type = beforeHyphen(nodes[at + 1]);
    if (!CollectdTypes.isKnown(plugin, plugin.length() < nodes[at].length(), type, source)) {
      return null;
    }
    return new Identity(
        String.join(".", Arrays.copyOfRange(nodes, first, at)),
        plugin,
        behindHyphen(nodes[at]),
        type,
        behindHyphen(nodes[at + 1]),
        source);
  }

  /** A plugin or a type: neither has a hyphen in its name, but instances may. */
  private static String beforeHyphen(String node) {
    int hyphen = node.indexOf('-');
    return hyphen < 0 ? node : node.substring(0, hyphen);
  }

  private static String behindHyphen(String node) {
    return node.substring(Math.min(beforeHyphen(node).length() + 1, node.length()));
  }

  /** With UseTags, name and tags say the same, so that no type need be known. */
  private static @Nullable Identity ofTags(String name, Labels tags) {
    Identity identity =
        new Identity(
            tags.get("host"),
            tags.get("plugin"),
            tags.get("plugin_instance"),
            tags.get("type"),
            tags.get("type_instance"),
            tags.get("ds_name"));
    if (identity.host.isEmpty() || identity.plugin.isEmpty() || identity.type.isEmpty()) {
      return null;
    }
    String repeated = identity.plugin + "." + identity.type;
    return name.equals(repeated) || name.equals(repeated + "." + identity.source) ? identity : null;
  }

  private static Labels labels(Identity identity, Labels others) {
    StringBuilder name = new StringBuilder("collectd_").append(identity.plugin);
    if (!identity.type.equals(identity.plugin)) {
      name.append('_').append(identity.type);
    }
    if (!identity.source.isEmpty() && !identity.source.equals(CollectdTypes.VALUE)) {
      name.append('_').append(identity.source);
    }
    String plugin = MetricNames.legal(identity.plugin);
    Labels.Builder labels =
        others.toBuilder()
            .set(Labels.NAME, MetricNames.legal(name.toString()))
            .set("instance", identity.host);
    return identity.pluginInstance.isEmpty()
        ? labels.set(plugin, identity.typeInstance).build()
        : labels.set(plugin, identity.pluginInstance).set("type", identity.typeInstance).build();
  }
}
