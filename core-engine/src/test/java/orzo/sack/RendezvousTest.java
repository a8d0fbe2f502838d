package orzo.sack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static final int SACKS = 512;

  @Test
  void node_leaving_movesOnlyItsOwnSacks() {
    List<String> before = List.of("a", "b", "c", "d");
    List<String> after = List.of("a", "b", "d");
    for (int sack = 0; sack < SACKS; sack++) {
      String owner = Rendezvous.node(sack, before);
      if (!owner.equals("c")) {
        assertThat(Rendezvous.node(sack, after)).as("sack %d", sack).isEqualTo(owner);
      }
    }
  }

  @Test
  void node_sharesSacksFairly_whateverTheOrderOfNodes() {
    List<String> nodes = List.of("a", "b", "c", "d");
    List<String> reversed = new ArrayList<>(nodes.reversed());
    Map<String, Integer> shares = new HashMap<>();
    for (int sack = 0; sack < SACKS; sack++) {
      String owner = Rendezvous.node(sack, nodes);
      shares.merge(owner, 1, Integer::sum);
      assertThat(Rendezvous.node(sack, reversed)).isEqualTo(owner);
    }
    assertThat(shares.values()).allSatisfy(share -> assertThat(share).isBetween(80, 180));
  }
}
