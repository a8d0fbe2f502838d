package orzo.metric;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import java.util.UUID;

/**
 * One labelled series of a tenant.
 *
 * @param id its UUID; derived from tenant and labels for metrics that a protocol created, so that
 *     two gateways that see a series first at the same time create one metric
 * @param tenant its owner
 * @param labels its labels, the name as {@code __name__}
 * @param archivePolicy the name of its archive policy
 */
public record Metric(UUID id, Tenant tenant, Labels labels, String archivePolicy) {
  /** The metric that a protocol creates for these labels. */
  public static Metric of(Tenant tenant, Labels labels, String archivePolicy) {
    return new Metric(deriveId(tenant, labels), tenant, labels, archivePolicy);
  }

  /** The sack of this metric among {@code sacks}. */
  public int sack(int sacks) {
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
