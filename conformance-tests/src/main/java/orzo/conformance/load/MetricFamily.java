package orzo.conformance.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A family of series that every scraped host exposes, named as the Prometheus node exporter names
 * them.
 *
 * @param name of the metric
 * @param model how values move
 * @param speed typical size of a step
 * @param labelSets the labels that tell the family's series on one host apart
 */
record MetricFamily(
    String name, ValueModel model, long speed, List<Map<String, String>> labelSets) {
  private static final List<String> CPUS = List.of("0", "1", "2", "3", "4", "5", "6", "7");
  private static final List<String> NETWORKS = List.of("eth0", "eth1", "docker0", "lo");
  private static final List<String> DISKS = List.of("nvme0n1", "nvme1n1", "sda");

  /** All families of one host. */
  static List<MetricFamily> ofHost() {
    List<MetricFamily> families = new ArrayList<>();
    List<Map<String, String>> cpuModes =
        cross(
            each("cpu", CPUS),
            each(
                "mode",
                List.of("idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user")));
    families.add(
        new MetricFamily("node_cpu_seconds_total", ValueModel.SECONDS_COUNTER, 700, cpuModes));
    add(families, ValueModel.SECONDS_COUNTER, 500, each("cpu", CPUS), SCHEDULER);
    add(families, ValueModel.IDLE_COUNTER, 40, each("cpu", CPUS), SOFTNET);
    add(families, ValueModel.NOISE, 120_000, each("cpu", CPUS), "node_cpu_frequency_megahertz");
    add(families, ValueModel.COUNTER, 180_000, each("device", NETWORKS), NETWORK_TRAFFIC);
    add(families, ValueModel.IDLE_COUNTER, 5, each("device", NETWORKS), NETWORK_TROUBLE);
    add(families, ValueModel.CONSTANT, 1_500, each("device", NETWORKS), NETWORK_CONSTANTS);
    add(families, ValueModel.COUNTER, 3_000, each("device", DISKS), DISK_COUNTERS);
    add(families, ValueModel.SECONDS_COUNTER, 90, each("device", DISKS), DISK_SECONDS);
    add(families, ValueModel.BYTES, 300, mounts(), FILESYSTEM_GAUGES);
    add(families, ValueModel.CONSTANT, 4_000_000, mounts(), FILESYSTEM_CONSTANTS);
    add(families, ValueModel.BYTES, 2_000, one(), MEMORY);
    add(families, ValueModel.COUNTER, 900, one(), NETSTAT);
    add(families, ValueModel.COUNTER, 20_000, one(), VMSTAT);
    add(families, ValueModel.GAUGE, 12, one(), "node_load1", "node_load5", "node_load15");
    add(families, ValueModel.NOISE, 3_000, sensors(), "node_hwmon_temp_celsius");
    add(families, ValueModel.NOISE, 1, one(), "node_timex_offset_seconds", "node_time_drift");
    add(families, ValueModel.CONSTANT, 2_000_000_000, one(), HOST_CONSTANTS);
    add(families, ValueModel.CONSTANT, 1, units(), "node_systemd_unit_state");
    return families;
  }

  private static final String[] SCHEDULER = {
    "node_schedstat_running_seconds_total", "node_schedstat_waiting_seconds_total"
  };
  private static final String[] SOFTNET = {
    "node_softnet_processed_total",
    "node_softnet_dropped_total",
    "node_softnet_times_squeezed_total"
  };
  private static final String[] NETWORK_TRAFFIC = {
    "node_network_receive_bytes_total",
    "node_network_receive_packets_total",
    "node_network_transmit_bytes_total",
    "node_network_transmit_packets_total"
  };
  private static final String[] NETWORK_TROUBLE = {
    "node_network_receive_errs_total",
    "node_network_receive_drop_total",
    "node_network_receive_fifo_total",
    "node_network_receive_frame_total",
    "node_network_receive_multicast_total",
    "node_network_transmit_errs_total",
    "node_network_transmit_drop_total",
    "node_network_transmit_colls_total",
    "node_network_carrier_changes_total"
  };
  private static final String[] NETWORK_CONSTANTS = {"node_network_mtu_bytes", "node_network_up"};
  private static final String[] DISK_COUNTERS = {
    "node_disk_reads_completed_total",
    "node_disk_reads_merged_total",
    "node_disk_read_bytes_total",
    "node_disk_writes_completed_total",
    "node_disk_writes_merged_total",
    "node_disk_written_bytes_total",
    "node_disk_discards_completed_total",
    "node_disk_flush_requests_total"
  };
  private static final String[] DISK_SECONDS = {
    "node_disk_read_time_seconds_total",
    "node_disk_write_time_seconds_total",
    "node_disk_io_time_seconds_total",
    "node_disk_io_time_weighted_seconds_total",
    "node_disk_flush_requests_time_seconds_total"
  };
  private static final String[] FILESYSTEM_GAUGES = {
    "node_filesystem_avail_bytes", "node_filesystem_free_bytes"
  };
  private static final String[] FILESYSTEM_CONSTANTS = {
    "node_filesystem_size_bytes", "node_filesystem_files", "node_filesystem_readonly"
  };
  private static final String[] MEMORY =
      suffixed(
          "node_memory_",
          "_bytes",
          "MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active_anon Inactive_anon"
              + " Active_file Inactive_file Dirty Writeback AnonPages Mapped Shmem KReclaimable"
              + " Slab SReclaimable SUnreclaim KernelStack PageTables Committed_AS VmallocUsed"
              + " Percpu DirectMap4k DirectMap2M AnonHugePages");
  private static final String[] NETSTAT =
      suffixed(
          "node_netstat_",
          "",
          "Tcp_InSegs Tcp_OutSegs Tcp_ActiveOpens Tcp_PassiveOpens Tcp_RetransSegs Tcp_CurrEstab"
              + " Udp_InDatagrams Udp_OutDatagrams Udp_NoPorts Udp6_InDatagrams"
              + " Icmp_InMsgs Icmp_OutMsgs Ip_Forwarding IpExt_InOctets IpExt_OutOctets"
              + " TcpExt_ListenDrops TcpExt_SyncookiesSent TcpExt_TCPTimeouts");
  private static final String[] VMSTAT =
      suffixed("node_vmstat_", "", "pgfault pgmajfault pgpgin pgpgout pswpin pswpout oom_kill");
  private static final String[] HOST_CONSTANTS = {
    "node_boot_time_seconds",
    "node_memory_MemTotal_bytes",
    "node_memory_SwapTotal_bytes",
    "node_nf_conntrack_entries_limit",
    "node_filefd_maximum",
    "node_uname_info",
    "node_exporter_build_info"
  };

  private static void add(
      List<MetricFamily> families,
      ValueModel model,
      long speed,
      List<Map<String, String>> labelSets,
      String... names) {
    for (String name : names) {
      families.add(new MetricFamily(name, model, speed, labelSets));
    }
  }

  private static String[] suffixed(String prefix, String suffix, String words) {
    return words
        .lines()
        .flatMap(line -> java.util.Arrays.stream(line.split(" ", -1)))
        .map(word -> prefix + word + suffix)
        .toArray(String[]::new);
  }

  private static List<Map<String, String>> one() {
    return List.of(Map.of());
  }

  private static List<Map<String, String>> each(String label, List<String> values) {
    return values.stream().map(value -> Map.of(label, value)).toList();
  }

  private static List<Map<String, String>> mounts() {
    return List.of(
        Map.of("device", "/dev/nvme0n1p2", "fstype", "ext4", "mountpoint", "/"),
        Map.of("device", "/dev/nvme0n1p1", "fstype", "vfat", "mountpoint", "/boot/efi"),
        Map.of("device", "/dev/nvme1n1", "fstype", "xfs", "mountpoint", "/var/lib/data"),
        Map.of("device", "tmpfs", "fstype", "tmpfs", "mountpoint", "/run"));
  }

  private static List<Map<String, String>> sensors() {
    return cross(
        each("chip", List.of("platform_coretemp_0", "nvme_nvme0")),
        each("sensor", List.of("temp1", "temp2", "temp3", "temp4")));
  }

  private static List<Map<String, String>> units() {
    List<String> names = new ArrayList<>();
    for (String name :
        "cron dbus docker getty@tty1 nginx node-exporter postgresql redis rsyslog ssh systemd-journald systemd-logind systemd-resolved systemd-timesyncd systemd-udevd unattended-upgrades"
            .split(" ", -1)) {
      names.add(name + ".service");
    }
    return cross(
        each("name", names),
        cross(
            each("state", List.of("activating", "active", "deactivating", "failed", "inactive")),
            List.of(Map.of("type", "simple"))));
  }

  private static List<Map<String, String>> cross(
      List<Map<String, String>> left, List<Map<String, String>> right) {
    List<Map<String, String>> product = new ArrayList<>();
    for (Map<String, String> first : left) {
      for (Map<String, String> second : right) {
        Map<String, String> both = new LinkedHashMap<>(first);
        both.putAll(second);
        product.add(both);
      }
    }
    return product;
  }
}
