package orzo.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Metrics as the catalog holds them: version, flags, UUID unless it follows from tenant and labels,
 * and a body of tenant, archive policy, number of labels, then names and values ascending by name.
 * The body is deflated (RFC 1951) where that makes it shorter, with a dictionary of what labels
 * mostly consist of, since one metric is too short to have much in common with itself.
 *
 * <p>Holds memory outside the heap until it is closed. For one thread.
 */
final class MetricCodec implements AutoCloseable {
  private static final int VERSION = 2;

  private static final int HAS_ID = 1;
  private static final int DEFLATED = 2;

  /** Part of the format: what is here can't change without a new version. Commonest last. */
  private static final byte[] DICTIONARY =
      ("http_requests_in_flight_request_size_bytes_response_size_bytes_processing_queue_length"
              + "grpc_server_handled_client_apiserver_etcd_kubelet_volume_stats_workqueue_depth"
              + "kube_deployment_status_replicas_available_kube_pod_container_resource_requests"
              + "container_memory_working_set_bytes_container_cpu_usage_seconds_total"
              + "go_gc_duration_seconds_go_goroutines_go_memstats_heap_alloc_bytes"
              + "jvm_memory_used_bytes_jvm_threads_current_hikaricp_connections_active"
              + "process_resident_memory_bytes_process_open_fds_process_start_time_seconds"
              + "node_filesystem_avail_bytes_free_bytes_size_bytes_files_readonly_device_error"
              + "node_network_receive_packets_total_transmit_errs_total_drop_total_multicast_total"
              + "node_disk_reads_completed_total_written_bytes_total_io_time_seconds_total"
              + "node_memory_MemTotal_bytes_MemAvailable_bytes_Buffers_Cached_Active_Inactive"
              + "node_vmstat_pgpgin_node_netstat_Tcp_CurrEstab_node_load1_node_softnet_node_scrape"
              + "http_request_duration_seconds_bucket_count_sum_histogram_summary_latency_errors"
              + "node_cpu_seconds_total\004mode\004user\006system\004idle\006iowait\007softirq\005steal"
              + "\006device\012/dev/nvme0n1\004eth0\006fstype\004ext4\005tmpfs\012mountpoint\001/"
              + "\004code\003200\003404\003500\006method\003GET\004POST\007handler\004path\006status"
              + "\005state\006active\006failed\004type\004name\007service\007version\006reason"
              + "\007cluster\006region\004zone\003env\004prod\004host\012datacenter\002dc\003app"
              + "\011namespace\007default\013kube-system\003pod\011container\004node\010endpoint"
              + "\002le\004+Inf\0010\0011\00510.0.\005:9100\004localhost:9090.example.com:8080"
              + "\007default\003raw\007default\010standard\010__name__\010instance\003job\004node"
              + "\007default\010standard\005\010__name__")
          .getBytes(StandardCharsets.ISO_8859_1);

  private @Nullable Deflater deflater; // made when first needed
  private @Nullable Inflater inflater; // made when first needed

  /** A UUID's 16 bytes. */
  static byte[] uuid(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  byte[] encode(Metric metric) {
    Labels labels = metric.labels();
    RecordWriter writer =
        new RecordWriter()
            .text(metric.tenant().id())
            .text(metric.archivePolicy())
            .number(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      writer.text(labels.name(i)).text(labels.value(i));
    }
    byte[] body = writer.toBytes();
    byte[] deflated = deflate(body);
    boolean isDeflated = deflated.length < body.length;
    boolean hasId = !metric.equals(Metric.of(metric.tenant(), labels, metric.archivePolicy()));
    RecordWriter record =
        new RecordWriter()
            .number(VERSION)
            .number((hasId ? HAS_ID : 0) | (isDeflated ? DEFLATED : 0));
    if (hasId) {
      record.raw(uuid(metric.id()));
    }
    if (isDeflated) {
      record.number(body.length);
    }
    return record.raw(isDeflated ? deflated : body).toBytes();
  }

  private byte[] deflate(byte[] body) {
    Deflater deflater = this.deflater;
    if (deflater == null) {
      deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
      this.deflater = deflater;
    }
    deflater.reset();
    deflater.setDictionary(DICTIONARY);
    deflater.setInput(body);
    deflater.finish();
    byte[] deflated = new byte[body.length];
    int length = deflater.deflate(deflated);
    // What does not fit into as many bytes is not wanted; the body itself says that it is not.
    return deflater.finished() ? Arrays.copyOf(deflated, length) : body;
  }

  /**
   * Decodes a metric.
   *
   * @throws GatewayException {@link Kind#CORRUPT} when the bytes are no metric
   */
  Metric decode(byte[] bytes) {
    RecordReader reader = new RecordReader("metric", VERSION, bytes);
    int flags = reader.number();
    if ((flags & ~(HAS_ID | DEFLATED)) != 0) {
      throw reader.corrupt("flags " + flags + " (expected: 0 to 3)");
    }
    UUID id = (flags & HAS_ID) != 0 ? new UUID(reader.fixedLong(), reader.fixedLong()) : null;
    if ((flags & DEFLATED) != 0) {
      reader = new RecordReader("metric", inflate(reader));
    }
    String tenant = reader.text();
    String archivePolicy = reader.text();
    int count = reader.number();
    if (count < 0 || count > reader.left() / 2) { // a label takes at least two bytes
      throw reader.corrupt(count + " labels");
    }
    String[] pairs = new String[2 * count];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = reader.text();
    }
    reader.end();
    try {
      Labels labels = Labels.ofSorted(pairs);
      return id == null
          ? Metric.of(new Tenant(tenant), labels, archivePolicy)
          : new Metric(id, new Tenant(tenant), labels, archivePolicy);
    } catch (IllegalArgumentException | GatewayException e) {
      throw reader.corrupt(String.valueOf(e.getMessage()));
    }
  }

  private byte[] inflate(RecordReader reader) {
    int length = reader.number();
    byte[] deflated = reader.rest();
    // Deflate makes at most 1,032 bytes of one: no damaged length makes this allocate more.
    if (length < 0 || length / 1032 > deflated.length) {
      throw reader.corrupt(length + " bytes deflated to " + deflated.length);
    }
    byte[] body = new byte[length];
    Inflater inflater = this.inflater;
    if (inflater == null) {
      inflater = new Inflater(true);
      this.inflater = inflater;
    }
    inflater.reset();
    inflater.setDictionary(DICTIONARY);
    inflater.setInput(deflated);
    try {
      if (inflater.inflate(body) != length || !isAtEnd(inflater)) {
        throw reader.corrupt("deflated bytes that are not " + length);
      }
    } catch (DataFormatException e) {
      throw reader.corrupt("deflated bytes: " + e.getMessage());
    }
    return body;
  }

  private static boolean isAtEnd(Inflater inflater) throws DataFormatException {
    return inflater.inflate(new byte[1]) == 0
        && inflater.finished()
        && inflater.getRemaining() == 0;
  }

  @Override
  public void close() {
    if (deflater != null) {
      deflater.end();
    }
    if (inflater != null) {
      inflater.end();
    }
  }
}
