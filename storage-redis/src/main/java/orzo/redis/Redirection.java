package orzo.redis;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A cluster node's answer that another one has the slot. The command was not carried out.
 *
 * @param once {@code ASK}: the slot is on its way, so that this one command is to be repeated there
 *     after {@code ASKING}; otherwise {@code MOVED}: the slot is there for good
 * @param host may be empty: the host that answered
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">Redis
 *     cluster specification, "Redirection and resharding"</a>
 */
record Redirection(boolean once, int slot, String host, int port) {
  private static final Pattern REPLY = Pattern.compile("(MOVED|ASK) (\\d{1,5}) (.*):(\\d{1,5})");

  /** Reads an error reply; empty when it is no redirection. */
  static Optional<Redirection> parse(String reply) {
    Matcher matcher = REPLY.matcher(reply);
    return matcher.matches()
        ? Optional.of(
            new Redirection(
                matcher.group(1).equals("ASK"),
                Integer.parseInt(matcher.group(2)),
                matcher.group(3),
                Integer.parseInt(matcher.group(4))))
        : Optional.empty();
  }
}
