package orzo.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import orzo.intake.Registration;
import orzo.metric.Labels;
import orzo.metric.ResourceRef;

class CollectdNamesTest {
  private static final String HOST = "web01_example_com";

  private final RuleSet rules = RuleSet.ofCollectd();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cpu-0.cpu-idle|collectd_cpu{cpu=\"0\", instance=\"H\", type=\"idle\"}",
        "load.load.midterm|collectd_load_midterm{instance=\"H\"}",
        "memory.memory-slab_recl|collectd_memory{instance=\"H\", memory=\"slab_recl\"}",
        "memory.memory-used.value|collectd_memory{instance=\"H\", memory=\"used\"}",
        "interface-eth0.if_octets.rx"
            + "|collectd_interface_if_octets_rx{instance=\"H\", interface=\"eth0\"}",
        "df-dev-shm.df_complex-free"
            + "|collectd_df_df_complex{df=\"dev-shm\", instance=\"H\", type=\"free\"}",
        "disk-vda.disk_io_time.weighted_io_time"
            + "|collectd_disk_disk_io_time_weighted_io_time{disk=\"vda\", instance=\"H\"}",
        "processes.fork_rate|collectd_processes_fork_rate{instance=\"H\"}",
        "processes.ps_state-blocked"
            + "|collectd_processes_ps_state{instance=\"H\", processes=\"blocked\"}",
        "processes-java.ps_count.threads"
            + "|collectd_processes_ps_count_threads{instance=\"H\", processes=\"java\"}",
        "swap.swap_io-in|collectd_swap_swap_io{instance=\"H\", swap=\"in\"}",
        "tcpconns-22-local.tcp_connections-ESTABLISHED"
            + "|collectd_tcpconns_tcp_connections{instance=\"H\", tcpconns=\"22-local\","
            + " type=\"ESTABLISHED\"}",
        "exec-backup.gauge-age|collectd_exec_gauge{exec=\"backup\", instance=\"H\", type=\"age\"}",
        "uptime.uptime|collectd_uptime{instance=\"H\"}"
      })
  void map_whatCollectdSends_isNamedAsByItsOwnExporter(String path, String series) {
    assertMapped(HOST + "." + path, Labels.EMPTY, HOST, series);
    assertMapped("collectd." + HOST + "." + path, Labels.EMPTY, HOST, series);
    assertMapped("web01.example.com." + path, Labels.EMPTY, "web01.example.com", series);
  }

  private void assertMapped(String path, Labels tags, String host, String series) {
    Mapped mapped = rules.map(path, tags);
    assertThat(mapped).as(path).isInstanceOf(Mapped.Series.class);
    Registration registration = ((Mapped.Series) mapped).registration();
    assertThat(registration.labels()).hasToString(series.replace("\"H\"", '"' + host + '"'));
    assertThat(registration.resource()).isEqualTo(new ResourceRef("collectd_host", host));
    assertThat(registration.archivePolicy()).isNull();
  }

  @Test
  void map_tagsOfCollectd_giveTheSame() {
    Labels tags =
        Labels.of("host", "web01.example.com", "plugin", "interface", "plugin_instance", "eth0")
            .with("type", "if_octets")
            .with("ds_name", "rx")
            .with("rack", "r1");
    assertMapped(
        "interface.if_octets.rx",
        tags,
        "web01.example.com",
        "collectd_interface_if_octets_rx{instance=\"H\", interface=\"eth0\", rack=\"r1\"}");
    assertThat(((Mapped.Series) rules.map("interface.if_octets.rx", tags)).registration().path())
        .isEqualTo(
            "interface.if_octets.rx;ds_name=rx;host=web01.example.com;plugin=interface"
                + ";plugin_instance=eth0;rack=r1;type=if_octets");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "servers.web01.cpu.user",
        "app.memory.used",
        "cpu-0.cpu-idle",
        "load.load.shortterm",
        "collectd.cpu-0.idle",
        "web01.load.load",
        "web01.load.load.fourterm",
        "web01.uptime.uptime.seconds",
        "web01.exec.gauge-age",
        "web01.shop.requests",
        "web01.cpu-0.memory-used",
        "a",
        "a.b"
      })
  void map_whatIsNotCollectds_staysWhatItIs(String path) {
    assertThat(rules.map(path))
        .isEqualTo(new Mapped.Series(Registration.of(Labels.of("__name__", path))));
  }

  @Test
  void map_tagsOfOthers_stayWhatTheyAre() {
    Labels tags = Labels.of("host", "a", "plugin", "cpu", "type", "cpu");
    assertThat(rules.map("cpu.user", tags))
        .isEqualTo(new Mapped.Series(Registration.of(tags.with("__name__", "cpu.user"))));
    assertThat(rules.map("cpu.cpu", Labels.of("host", "a")))
        .isEqualTo(
            new Mapped.Series(Registration.of(Labels.of("host", "a", "__name__", "cpu.cpu"))));
  }

  @Test
  void map_rulesOfAFile_comeBeforeThese() throws Exception {
    RuleSet both = RuleFile.parse("f", "mappings: [{match: \"*.uptime.uptime\", name: up}]", true);

    assertThat(((Mapped.Series) both.map("h.uptime.uptime")).registration().labels())
        .isEqualTo(Labels.of("__name__", "up"));
    assertThat(both.explain("h.users.users", Labels.EMPTY, MetricType.GAUGE).rule())
        .isEqualTo("built-in rules for collectd");
  }
}
