package orzo.redis;

import static orzo.redis.RedisMeters.Call.LEASE;

import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import orzo.storage.GatewayException;
import orzo.storage.Lease;
import orzo.storage.LeaseAnswer;
import orzo.storage.LeaseStore;

/** Leases as strings that expire. All times are Redis's own, so that nodes' clocks may differ. */
final class RedisLeaseStore implements LeaseStore {
  private final Keys namespace;
  private final SackKeys keys;
  private final Servers servers;

  RedisLeaseStore(Keys namespace, SackKeys keys, Servers servers) {
    this.namespace = namespace;
    this.keys = keys;
    this.servers = servers;
  }

  /** What Redis holds of a lease; the epoch comes first, since a node's name may hold anything. */
  static byte[] value(Lease lease) {
    return utf8(lease.epoch() + " " + lease.node());
  }

  @Override
  public List<LeaseAnswer> acquire(List<Integer> sacks, String node, Duration ttl) {
    return askAll(
        sacks,
        ttl,
        sack -> sack,
        sack -> {
          Keys.Sack names = keys.of(sack);
          return new RedisLink.ScriptCall<>(
              LEASE,
              Script.ACQUIRE,
              LongsOutput::new,
              args ->
                  args.add(2)
                      .add(names.lease)
                      .add(names.epoch)
                      .add(utf8(node))
                      .add(ttl.toMillis()));
        },
        (sack, epoch) -> new Lease(sack, node, epoch));
  }

  @Override
  public List<LeaseAnswer> renew(List<Lease> leases, Duration ttl) {
    return askAll(
        leases,
        ttl,
        Lease::sack,
        lease -> {
          Keys.Sack names = keys.of(lease.sack());
          return new RedisLink.ScriptCall<>(
              LEASE,
              Script.RENEW,
              LongsOutput::new,
              args -> args.add(1).add(names.lease).add(value(lease)).add(ttl.toMillis()));
        },
        (lease, _) -> lease);
  }

  /**
   * Sends one script for each asked-for thing, all before the first reply, and waits for all.
   *
   * @param granted makes the lease of a reply that is not zero, which means refused
   */
  private <T> List<LeaseAnswer> askAll(
      List<T> things,
      Duration ttl,
      ToIntFunction<T> sackOf,
      Function<T, RedisLink.ScriptCall<long[]>> script,
      BiFunction<T, Long, Lease> granted) {
    long deadlineNanos = System.nanoTime() + LeaseStore.patience(ttl).toNanos();
    List<RedisLink.ScriptCall<long[]>> calls = new ArrayList<>(things.size());
    List<Request<long[]>> sent = new ArrayList<>(things.size());
    for (T thing : things) {
      RedisLink.ScriptCall<long[]> call = script.apply(thing);
      calls.add(call);
      sent.add(link(sackOf.applyAsInt(thing)).send(call));
    }
    List<LeaseAnswer> answers = new ArrayList<>(things.size());
    for (int i = 0; i < sent.size(); i++) {
      LeaseAnswer answer;
      try {
        long reply =
            link(sackOf.applyAsInt(things.get(i)))
                .await(calls.get(i), sent.get(i), deadlineNanos)[0];
        answer =
            reply == 0
                ? new LeaseAnswer.Refused()
                : new LeaseAnswer.Granted(granted.apply(things.get(i), reply));
      } catch (GatewayException e) {
        answer = new LeaseAnswer.Unknown(e);
      }
      answers.add(answer);
    }
    return answers;
  }

  @Override
  public void release(Lease lease) {
    Keys.Sack names = keys.of(lease.sack());
    servers
        .at(names.slot)
        .commands()
        .call(
            new RedisLink.ScriptCall<>(
                LEASE,
                Script.RELEASE,
                LongsOutput::new,
                args -> args.add(1).add(names.lease).add(value(lease))));
  }

  @Override
  public List<String> announce(String node, Duration ttl) {
    long deadlineNanos = System.nanoTime() + LeaseStore.patience(ttl).toNanos();
    RedisLink.ScriptCall<long[]> announcement =
        new RedisLink.ScriptCall<>(
            LEASE,
            Script.ANNOUNCE,
            LongsOutput::new,
            args -> args.add(1).add(namespace.nodes()).add(utf8(node)).add(ttl.toMillis()));
    RedisLink.ScriptCall<List<byte @Nullable []>> list =
        new RedisLink.ScriptCall<>(
            LEASE, Script.NODES, BytesOutput::new, args -> args.add(1).add(namespace.nodes()));
    RedisLink link = nodes();
    Request<long[]> announced = link.send(announcement);
    Request<List<byte @Nullable []>> listed = link.send(list);
    link.await(announcement, announced, deadlineNanos);
    List<byte @Nullable []> stored = link.await(list, listed, deadlineNanos);
    List<String> nodes = new ArrayList<>(stored.size());
    for (byte[] bytes : stored) {
      if (bytes != null) {
        nodes.add(new String(bytes, StandardCharsets.UTF_8));
      }
    }
    nodes.sort(null);
    return nodes;
  }

  @Override
  public void withdraw(String node) {
    nodes()
        .call(
            LEASE,
            CommandType.ZREM,
            new LongsOutput(),
            RedisLink.args().add(namespace.nodes()).add(utf8(node)));
  }

  private RedisLink link(int sack) {
    return servers.at(keys.of(sack).slot).commands();
  }

  private RedisLink nodes() {
    return servers.at(namespace.nodesSlot()).commands();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
