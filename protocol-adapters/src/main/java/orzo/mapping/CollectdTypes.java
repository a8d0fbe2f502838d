package orzo.mapping;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/**
 * Which types collectd's plugins dispatch values of, and which data sources the types have: facts
 * of collectd 5.12 and its types.db, of the plugins that are much used.
 */
final class CollectdTypes {
  /** The data source of types that have just one. */
  static final String VALUE = "value";

  private static final Set<String> TRAFFIC = Set.of("rx", "tx");
  private static final Set<String> ACCESS = Set.of("read", "write");
  private static final Set<String> FAULTS = Set.of("minflt", "majflt");

  /** Data sources of types that have several. */
  private static final Map<String, Set<String>> SOURCES =
      Map.ofEntries(
          entry("df", Set.of("used", "free")),
          entry("disk_io_time", Set.of("io_time", "weighted_io_time")),
          entry("disk_merged", ACCESS),
          entry("disk_octets", ACCESS),
          entry("disk_ops", ACCESS),
          entry("disk_time", ACCESS),
          entry("if_dropped", TRAFFIC),
          entry("if_errors", TRAFFIC),
          entry("if_octets", TRAFFIC),
          entry("if_packets", TRAFFIC),
          entry("io_octets", TRAFFIC),
          entry("io_ops", ACCESS),
          entry("load", Set.of("shortterm", "midterm", "longterm")),
          entry("memcached_octets", TRAFFIC),
          entry("mysql_octets", TRAFFIC),
          entry("ps_count", Set.of("processes", "threads")),
          entry("ps_cputime", Set.of("user", "syst")),
          entry("ps_disk_octets", ACCESS),
          entry("ps_disk_ops", ACCESS),
          entry("ps_pagefaults", FAULTS),
          entry("smart_attribute", Set.of("current", "worst", "threshold", "pretty")),
          entry("vmpage_faults", FAULTS),
          entry("vmpage_io", Set.of("in", "out")));

  private static final Map<String, Set<String>> TYPES =
      Map.ofEntries(
          entry(
              "apache",
              Set.of(
                  "apache_bytes",
                  "apache_connections",
                  "apache_idle_workers",
                  "apache_requests",
                  "apache_scoreboard",
                  "count")),
          entry("battery", Set.of("charge", "current", "percent", "power", "voltage")),
          entry("conntrack", Set.of("conntrack", "percent")),
          entry("contextswitch", Set.of("contextswitch")),
          entry("cpu", Set.of("count", "cpu", "percent")),
          entry("cpufreq", Set.of("cpufreq", "percent", "transitions")),
          entry("df", Set.of("df", "df_complex", "df_inodes", "percent_bytes", "percent_inodes")),
          entry(
              "disk",
              Set.of(
                  "disk_io_time",
                  "disk_merged",
                  "disk_octets",
                  "disk_ops",
                  "disk_time",
                  "pending_operations")),
          entry("entropy", Set.of("entropy")),
          entry("fhcount", Set.of("file_handles", "percent")),
          entry("interface", Set.of("if_dropped", "if_errors", "if_octets", "if_packets")),
          entry("irq", Set.of("irq")),
          entry("load", Set.of("load")),
          entry("md", Set.of("md_disks")),
          entry(
              "memcached",
              Set.of(
                  "df",
                  "memcached_command",
                  "memcached_connections",
                  "memcached_items",
                  "memcached_octets",
                  "memcached_ops",
                  "percent",
                  "ps_count",
                  "ps_cputime")),
          entry("memory", Set.of("memory", "percent")),
          entry(
              "mysql",
              Set.of(
                  "cache_result",
                  "cache_size",
                  "mysql_commands",
                  "mysql_handler",
                  "mysql_locks",
                  "mysql_octets",
                  "mysql_sort",
                  "threads",
                  "total_threads")),
          entry("nginx", Set.of("connections", "nginx_connections", "nginx_requests")),
          entry("ntpd", Set.of("delay", "frequency_offset", "time_dispersion", "time_offset")),
          entry("numa", Set.of("vmpage_action")),
          entry("ping", Set.of("ping", "ping_droprate", "ping_stddev")),
          entry(
              "processes",
              Set.of(
                  "contextswitch",
                  "file_handles",
                  "fork_rate",
                  "io_octets",
                  "io_ops",
                  "ps_code",
                  "ps_count",
                  "ps_cputime",
                  "ps_data",
                  "ps_disk_octets",
                  "ps_disk_ops",
                  "ps_pagefaults",
                  "ps_rss",
                  "ps_stacksize",
                  "ps_state",
                  "ps_vm")),
          entry("protocols", Set.of("protocol_counter")),
          entry(
              "redis",
              Set.of(
                  "blocked_clients",
                  "current_connections",
                  "evicted_keys",
                  "expired_keys",
                  "memory",
                  "memory_lua",
                  "operations",
                  "pubsub",
                  "records",
                  "total_connections",
                  "total_operations",
                  "uptime",
                  "volatile_changes")),
          entry("sensors", Set.of("fanspeed", "humidity", "power", "temperature", "voltage")),
          entry(
              "smart",
              Set.of(
                  "smart_attribute",
                  "smart_badsectors",
                  "smart_powercycles",
                  "smart_poweron",
                  "smart_temperature")),
          entry("swap", Set.of("percent", "swap", "swap_io")),
          entry("tcpconns", Set.of("tcp_connections")),
          entry("thermal", Set.of("gauge", "temperature")),
          entry("uptime", Set.of("uptime")),
          entry("users", Set.of("users")),
          entry("vmem", Set.of("vmpage_action", "vmpage_faults", "vmpage_io", "vmpage_number")),
          entry("wireless", Set.of("bitrate", "signal_noise", "signal_power", "signal_quality")));

  /** Plugins whose types the user chooses; what they send here has an instance. */
  private static final Set<String> FREE_PLUGINS =
      Set.of(
          "aggregation",
          "curl",
          "curl_json",
          "curl_xml",
          "dbi",
          "exec",
          "filecount",
          "genericjmx",
          "GenericJMX",
          "java",
          "lua",
          "perl",
          "postgresql",
          "python",
          "snmp",
          "statsd",
          "table",
          "tail",
          "tail_csv");

  /** What those plugins send mostly; all have one data source. */
  private static final Set<String> FREE_TYPES =
      Set.of(
          "absolute",
          "bytes",
          "cache_size",
          "connections",
          "count",
          "counter",
          "cpu",
          "current",
          "delay",
          "derive",
          "errors",
          "files",
          "gauge",
          "latency",
          "memory",
          "objects",
          "operations",
          "percent",
          "power",
          "queue_length",
          "records",
          "requests",
          "response_code",
          "response_time",
          "temperature",
          "threads",
          "timeleft",
          "total_bytes",
          "total_connections",
          "total_operations",
          "total_requests",
          "total_time_in_ms",
          "uptime",
          "users",
          "voltage");

  private CollectdTypes() {}

  /**
   * Whether a plugin has values of a type, and the type that data source.
   *
   * @param hasInstance whether the plugin has an instance here
   * @param source empty when it was left out
   */
  static boolean isKnown(String plugin, boolean hasInstance, String type, String source) {
    Set<String> sources = SOURCES.get(type);
    boolean hasSource =
        sources == null ? source.isEmpty() || source.equals(VALUE) : sources.contains(source);
    return hasSource
        && (TYPES.getOrDefault(plugin, Set.of()).contains(type)
            || hasInstance && FREE_PLUGINS.contains(plugin) && FREE_TYPES.contains(type));
  }
}
