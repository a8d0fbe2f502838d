package orzo.redis;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import orzo.metric.Labels;
import orzo.metric.Metric;
import orzo.metric.ResourceRef;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Metrics as the catalog holds them: version, flags, UUID unless it follows from tenant and labels,
 * and a body of tenant, archive policy, number of labels, then names and values ascending by name,
 * then resource and path if it has them. A resource is its type, the number of labels whose values
 * make up its id, and which labels these are; or its type, zero, and its id. One that {@code job}
 * and {@code instance} tell is a flag alone. The body is deflated (RFC 1951) where that makes it
 * shorter, with a dictionary of what labels mostly consist of, since one metric is too short to
 * have much in common with itself.
 *
 * <p>Holds memory outside the heap until it is closed. For one thread.
 */
final class MetricCodec implements AutoCloseable {
  private static final int VERSION = 2;

  private static final int HAS_ID = 1;
  private static final int DEFLATED = 2;
  private static final int HAS_JOB_RESOURCE = 4;
  private static final int HAS_RESOURCE = 8;
  private static final int HAS_PATH = 16;
  private static final int ALL_FLAGS = 31;

  /** What {@link #HAS_JOB_RESOURCE} stands for; part of the format. */
  private static final String JOB_RESOURCE_TYPE = "prometheus";

  private static final List<String> JOB_RESOURCE_LABELS = List.of("job", "instance");

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
    ResourceRef resource = metric.resource();
    String path = metric.path();
    boolean hasJobResource = resource != null && resource.equals(jobResource(labels));
    boolean hasResource = resource != null && !hasJobResource;
    RecordWriter writer =
        new RecordWriter()
            .text(metric.tenant().id())
            .text(metric.archivePolicy())
            .number(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      writer.text(labels.name(i)).text(labels.value(i));
    }
    if (resource != null && hasResource) {
      write(writer, resource, labels);
    }
    if (path != null) {
      writer.text(path);
    }
    byte[] body = writer.toBytes();
    byte[] deflated = deflate(body);
    boolean isDeflated = deflated.length < body.length;
    boolean hasId = !metric.hasDerivedId();
    RecordWriter record =
        new RecordWriter()
            .number(VERSION)
            .number(
                (hasId ? HAS_ID : 0)
                    | (isDeflated ? DEFLATED : 0)
                    | (hasJobResource ? HAS_JOB_RESOURCE : 0)
                    | (hasResource ? HAS_RESOURCE : 0)
                    | (path != null ? HAS_PATH : 0));
    if (hasId) {
      record.raw(uuid(metric.id()));
    }
    if (isDeflated) {
      record.number(body.length);
    }
    return record.raw(isDeflated ? deflated : body).toBytes();
  }

  private static @Nullable ResourceRef jobResource(Labels labels) {
    return ResourceRef.ofLabels(JOB_RESOURCE_TYPE, labels, JOB_RESOURCE_LABELS);
  }

  private static void write(RecordWriter writer, ResourceRef resource, Labels labels) {
    writer.text(resource.type());
    List<String> names = resource.labelsOf(labels);
    writer.number(names.size());
    for (int i = 0; i < names.size(); i++) {
      writer.number(indexOf(names.get(i), labels));
    }
    if (names.isEmpty()) {
      writer.text(resource.id());
    }
  }

  private static int indexOf(String name, Labels labels) {
    int i = 0;
    while (!labels.name(i).equals(name)) {
      i++;
    }
    return i;
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
    if ((flags & ~ALL_FLAGS) != 0) {
      throw reader.corrupt("flags " + flags + " (expected: 0 to " + ALL_FLAGS + ")");
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
    try {
      Labels labels = Labels.ofSorted(pairs);
      ResourceRef resource =
          (flags & HAS_RESOURCE) != 0
              ? resource(reader, labels)
              : (flags & HAS_JOB_RESOURCE) != 0 ? requireJobResource(reader, labels) : null;
      String path = (flags & HAS_PATH) != 0 ? reader.text() : null;
      reader.end();
      return id == null
          ? Metric.of(new Tenant(tenant), labels, archivePolicy, resource, path)
          : new Metric(id, new Tenant(tenant), labels, archivePolicy, resource, path);
    } catch (IllegalArgumentException | GatewayException e) {
      throw reader.corrupt(String.valueOf(e.getMessage()));
    }
  }

  private static ResourceRef requireJobResource(RecordReader reader, Labels labels) {
    ResourceRef resource = jobResource(labels);
    if (resource == null) {
      throw reader.corrupt("a resource of the labels job and instance, which it lacks");
    }
    return resource;
  }

  private static ResourceRef resource(RecordReader reader, Labels labels) {
    String type = reader.text();
    int count = reader.number();
    if (count == 0) {
      return new ResourceRef(type, reader.text());
    }
    if (count < 0 || count > reader.left()) { // a part takes at least one byte
      throw reader.corrupt("a resource of " + count + " labels");
    }
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int label = reader.number();
      if (label < 0 || label >= labels.size()) {
        throw reader.corrupt(
            "label " + label + " of a resource (expected: 0 to " + (labels.size() - 1) + ")");
      }
      names.add(labels.name(label));
    }
    ResourceRef resource = ResourceRef.ofLabels(type, labels, names);
    return requireNonNull(resource, "resource"); // each of those labels is there
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
