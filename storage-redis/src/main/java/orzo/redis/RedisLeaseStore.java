package orzo.redis;

import static orzo.redis.RedisMeters.Call.LEASE;

import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import orzo.storage.Lease;
import orzo.storage.LeaseStore;

/** Leases as strings that expire. All times are Redis's own, so that nodes' clocks may differ. */
final class RedisLeaseStore implements LeaseStore {
  private final Keys namespace;
  private final SackKeys keys;
  private final RedisLink link;

  RedisLeaseStore(Keys namespace, SackKeys keys, RedisLink link) {
    this.namespace = namespace;
    this.keys = keys;
    this.link = link;
  }

  /** What Redis holds of a lease; the epoch comes first, since a node's name may hold anything. */
  static byte[] value(Lease lease) {
    return utf8(lease.epoch() + " " + lease.node());
  }

  @Override
  public Optional<Lease> acquire(int sack, String node, Duration ttl) {
    Keys.Sack names = keys.of(sack);
    long epoch =
        link.call(
                new RedisLink.ScriptCall<>(
                    LEASE,
                    Script.ACQUIRE,
                    LongsOutput::new,
                    args ->
                        args.add(2)
                            .addKey(names.lease)
                            .addKey(names.epoch)
                            .add(utf8(node))
                            .add(ttl.toMillis())))[0];
    return epoch == 0 ? Optional.empty() : Optional.of(new Lease(sack, node, epoch));
  }

  @Override
  public boolean renew(Lease lease, Duration ttl) {
    Keys.Sack names = keys.of(lease.sack());
    return link.call(
                new RedisLink.ScriptCall<>(
                    LEASE,
                    Script.RENEW,
                    LongsOutput::new,
                    args -> args.add(1).addKey(names.lease).add(value(lease)).add(ttl.toMillis())))[
            0]
        == 1;
  }

  @Override
  public void release(Lease lease) {
    Keys.Sack names = keys.of(lease.sack());
    link.call(
        new RedisLink.ScriptCall<>(
            LEASE,
            Script.RELEASE,
            LongsOutput::new,
            args -> args.add(1).addKey(names.lease).add(value(lease))));
  }

  @Override
  public void announce(String node, Duration ttl) {
    link.call(
        new RedisLink.ScriptCall<>(
            LEASE,
            Script.ANNOUNCE,
            LongsOutput::new,
            args -> args.add(1).addKey(namespace.nodes()).add(utf8(node)).add(ttl.toMillis())));
  }

  @Override
  public void withdraw(String node) {
    link.call(
        LEASE,
        CommandType.ZREM,
        new LongsOutput(),
        RedisLink.args().addKey(namespace.nodes()).add(utf8(node)));
  }

  @Override
  public List<String> liveNodes() {
    List<byte @Nullable []> stored =
        link.call(
            new RedisLink.ScriptCall<>(
                LEASE,
                Script.NODES,
                BytesOutput::new,
                args -> args.add(1).addKey(namespace.nodes())));
    List<String> nodes = new ArrayList<>(stored.size());
    for (byte[] node : stored) {
      if (node != null) {
        nodes.add(new String(node, StandardCharsets.UTF_8));
      }
    }
    nodes.sort(null);
    return nodes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
