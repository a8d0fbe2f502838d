package orzo.sack;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.List;

/**
 * Which node should own which sack: the one whose hash with the sack is highest (Thaler and
 * Ravishankar, "A Name-Based Mapping Scheme for Rendezvous", 1996). When a node comes or goes, only
 * its own sacks move.
 */
final class Rendezvous {
  private Rendezvous() {}

  /** The node for a sack; {@code nodes} holds at least one. */
  static String node(int sack, List<String> nodes) {
    String best = nodes.getFirst();
    long bestHash = hash(sack, best);
    for (String node : nodes) {
      long hash = hash(sack, node);
      if (hash > bestHash || (hash == bestHash && node.compareTo(best) < 0)) {
        best = node;
        bestHash = hash;
      }
    }
    return best;
  }

  private static long hash(int sack, String node) {
    return Hashing.xxh3_64().hashStream().putInt(sack).putString(node).getAsLong();
  }
}
