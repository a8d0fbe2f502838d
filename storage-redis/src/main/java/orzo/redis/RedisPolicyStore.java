package orzo.redis;

import static orzo.redis.RedisMeters.Call.POLICIES;

import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import orzo.metric.ArchivePolicy;
import orzo.metric.ArchivePolicyRule;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.storage.PolicyChange;
import orzo.storage.PolicyStore;
import orzo.storage.StoredPolicies;

/**
 * Policies, rules and their version as one hash, so that one command reads all of them as of one
 * version: {@code v}, and behind the letters {@code p} and {@code r} the names.
 */
final class RedisPolicyStore implements PolicyStore {
  private static final String VERSION = "v";
  private static final char POLICY = 'p';
  private static final char RULE = 'r';
  private static final byte[] NOTHING = {};

  private final byte[] key;
  private final Servers servers;
  private final int slot;

  RedisPolicyStore(Keys namespace, Servers servers) {
    key = namespace.policies();
    slot = namespace.policiesSlot();
    this.servers = servers;
  }

  @Override
  public long version() {
    byte[] stored =
        link()
            .call(
                POLICIES,
                CommandType.HGET,
                new BytesOutput(),
                RedisLink.args().add(key).add(VERSION))
            .getFirst();
    return stored == null ? 0 : version(stored);
  }

  @Override
  public StoredPolicies read() {
    List<byte @Nullable []> stored =
        link().call(POLICIES, CommandType.HGETALL, new BytesOutput(), RedisLink.args().add(key));
    long version = 0;
    List<ArchivePolicy> policies = new ArrayList<>();
    List<ArchivePolicyRule> rules = new ArrayList<>();
    for (int i = 0; i + 1 < stored.size(); i += 2) {
      byte[] field = stored.get(i);
      byte[] value = stored.get(i + 1);
      if (field == null || value == null || field.length == 0) {
        throw new GatewayException(Kind.CORRUPT, "archive policies: a field without a name");
      }
      String name = new String(field, StandardCharsets.UTF_8);
      switch (name.charAt(0)) {
        case POLICY -> policies.add(PolicyCodec.decodePolicy(name.substring(1), value));
        case RULE -> rules.add(PolicyCodec.decodeRule(name.substring(1), value));
        default -> version = version(value);
      }
    }
    policies.sort(Comparator.comparing(ArchivePolicy::name));
    rules.sort(ArchivePolicyRule.ORDER);
    return new StoredPolicies(version, policies, rules);
  }

  private static long version(byte[] digits) {
    String text = new String(digits, StandardCharsets.ISO_8859_1);
    if (!text.matches("[0-9]{1,18}")) {
      throw new GatewayException(
          Kind.CORRUPT, "archive policies: version '" + text + "' (expected: a number)");
    }
    return Long.parseLong(text);
  }

  @Override
  public boolean change(long version, List<PolicyChange> changes) {
    return link()
            .call(
                new RedisLink.ScriptCall<>(
                    POLICIES,
                    Script.POLICIES,
                    LongsOutput::new,
                    args -> {
                      args.add(1).add(key).add(version).add(version + 1);
                      changes.forEach(change -> add(args, change));
                      return args;
                    }))[0]
        == 1;
  }

  private static void add(Arguments args, PolicyChange change) {
    switch (change) {
      case PolicyChange.PutPolicy(ArchivePolicy policy) ->
          args.add(field(POLICY, policy.name())).add(PolicyCodec.encode(policy));
      case PolicyChange.RemovePolicy(String name) -> args.add(field(POLICY, name)).add(NOTHING);
      case PolicyChange.PutRule(ArchivePolicyRule rule) ->
          args.add(field(RULE, rule.name())).add(PolicyCodec.encode(rule));
      case PolicyChange.RemoveRule(String name) -> args.add(field(RULE, name)).add(NOTHING);
    }
  }

  private static byte[] field(char kind, String name) {
    return (kind + name).getBytes(StandardCharsets.UTF_8);
  }

  private RedisLink link() {
    return servers.at(slot).commands();
  }
}
