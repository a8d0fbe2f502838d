package orzo.metric;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One labelled series of a tenant. What it is attached to and under which path it came are facts
 * about the first sight of it: they take no part in its identity.
 *
 * @param id its UUID; derived from tenant and labels for metrics that a protocol created, so that
 *     two gateways that see a series first at the same time create one metric
 * @param tenant its owner
 * @param labels its labels, the name as {@code __name__}
 * @param archivePolicy the name of its archive policy
 * @param resource what it measures, null when that is not known
 * @param path the dotted path under which it was sent, null when its labels tell that: it then is
 *     the metric name and, as tags, the other labels
 */
public record Metric(
    UUID id,
    Tenant tenant,
    Labels labels,
    String archivePolicy,
    @Nullable ResourceRef resource,
    @Nullable String path) {
  /** Creates a metric that belongs to no resource and has no path but its name. */
  public Metric(UUID id, Tenant tenant, Labels labels, String archivePolicy) {
    this(id, tenant, labels, archivePolicy, null, null);
  }

  /** The metric that a protocol creates for these labels, without resource and path. */
  public static Metric of(Tenant tenant, Labels labels, String archivePolicy) {
    return of(tenant, labels, archivePolicy, null, null);
  }

  /** The metric that a protocol creates for these labels. */
  public static Metric of(
      Tenant tenant,
      Labels labels,
      String archivePolicy,
      @Nullable ResourceRef resource,
      @Nullable String path) {
    return new Metric(deriveId(tenant, labels), tenant, labels, archivePolicy, resource, path);
  }

  /** The sack of this metric among {@code sacks}. */
  public int sack(int sacks) {
    return sack(id, sacks);
  }

  /** The sack, among {@code sacks}, of the metric of that UUID. */
  public static int sack(UUID id, int sacks) {
    return Math.floorMod(id.getLeastSignificantBits() ^ id.getMostSignificantBits(), sacks);
  }

  /** Whether the UUID is derived from tenant and labels: a protocol created this metric. */
  public boolean hasDerivedId() {
    return id.equals(deriveId(tenant, labels));
  }

  /** A UUID of version 8 (RFC 9562, section 5.8) over the 128-bit XXH3 of tenant and labels. */
  private static UUID deriveId(Tenant tenant, Labels labels) {
    var stream = Hashing.xxh3_128().hashStream();
    stream.putString(tenant.id());
    for (int i = 0; i < labels.size(); i++) {
      stream.putString(labels.name(i)).putString(labels.value(i));
    }
    HashValue128 hash = stream.get();
    long upper = hash.getMostSignificantBits() & ~0xF000L | 0x8000L;
    long lower = hash.getLeastSignificantBits() & ~(0b11L << 62) | 0b10L << 62;
    return new UUID(upper, lower);
  }
}
