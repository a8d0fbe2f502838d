package orzo.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import orzo.fold.AggregateSplit;
import orzo.metric.Tenant;
import orzo.split.RawSplit;
import orzo.storage.SplitKey;
import orzo.storage.Upkeep.FoundSplit;

class KeysTest {
  private final Keys keys = new Keys("ns");
  private final SackKeys sacks = new SackKeys(keys, 12);

  @Test
  void names_areThoseOfFormatOne() {
    assertThat(text(keys.meta())).isEqualTo("{ns}:meta");
    assertThat(text(keys.nodes())).isEqualTo("{ns}:nodes");
    assertThat(text(keys.policies())).isEqualTo("{ns}:policies");
    assertThat(text(keys.metadata(new Tenant("a")))).isEqualTo("{ns:t:a}:metadata");
    assertThat(text(keys.records(new Tenant("a")))).isEqualTo("{ns:t:a}:records");
    assertThat(text(sacks.of(11).backlog)).isEqualTo("{ns:11}:backlog");
    assertThat(text(sacks.of(11).lease)).isEqualTo("{ns:11}:lease");
    assertThat(text(sacks.of(11).epoch)).isEqualTo("{ns:11}:epoch");
    assertThat(text(sacks.of(11).checkpoint)).isEqualTo("{ns:11}:checkpoint");
    assertThat(text(sacks.of(11).ids)).isEqualTo("{ns:11}:ids");
    assertThat(text(sacks.of(11).series)).isEqualTo("{ns:11}:series");
    assertThat(text(sacks.of(11).deletions)).isEqualTo("{ns:11}:deletions");
    assertThat(text(sacks.of(11).deleted)).isEqualTo("{ns:11}:deleted");
    assertThat(text(sacks.of(11).sweep)).isEqualTo("{ns:11}:sweep");
    assertThat(text(sacks.of(11).written)).isEqualTo("{ns:11}:written");
  }

  @Test
  void rawSplit_isSeriesAndSpanInBaseThirtySix() {
    assertThat(rawSplit(0, 0)).isEqualTo("{ns:3}r0:0");
    assertThat(rawSplit(35, 36)).isEqualTo("{ns:3}rz:10");
    assertThat(rawSplit(36, -1)).isEqualTo("{ns:3}r10:-1");
    assertThat(rawSplit(Integer.MAX_VALUE, -36)).isEqualTo("{ns:3}rzik0zj:-10");
  }

  @Test
  void rawSplit_anyKey_agreesWithTheNumbersOfJava() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 10_000; i++) {
      int series = random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31);
      long span = random.nextLong() / RawSplit.SPAN_MILLIS >> random.nextInt(40);
      assertThat(rawSplit(series, span))
          .isEqualTo("{ns:3}r" + Integer.toString(series, 36) + ":" + Long.toString(span, 36));
    }
  }

  @Test
  void split_ofTheNameOfASplit_isThatSplit() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 10_000; i++) {
      int series = random.nextInt(Integer.MAX_VALUE) >>> random.nextInt(31);
      long span = random.nextLong() >> 30 + random.nextInt(30);
      long granularity = 1L + random.nextInt(86_400_000);
      SplitKey raw = new SplitKey(series, span * RawSplit.SPAN_MILLIS);
      SplitKey aggregates =
          new SplitKey(series, granularity, span / 600 * AggregateSplit.spanMillis(granularity));
      assertThat(keys.split(sacks.of(3).split(raw), 12)).isEqualTo(new FoundSplit(3, raw));
      assertThat(keys.split(sacks.of(11).split(aggregates), 12))
          .isEqualTo(new FoundSplit(11, aggregates));
    }
  }

  @Test
  void openSplits_ofTheNameOfWhatIsOpen_isTheSack() {
    assertThat(keys.openSplits(sacks.of(11).openSpans, 12)).isEqualTo(11);
    assertThat(keys.openSplits(sacks.of(0).openSpan(Keys.span(-1)), 12)).isZero();
    assertThat(keys.split(sacks.of(11).openSpans, 12)).isNull();
    assertThat(keys.split(sacks.of(0).openSpan(Keys.span(-1)), 12)).isNull();
  }

  @Test
  void openSplits_ofAnyOtherName_isNoSack() {
    for (byte[] name :
        List.of(keys.meta(), keys.nodes(), sacks.of(1).backlog, sacks.of(1).checkpoint)) {
      assertThat(keys.openSplits(name, 12)).as(text(name)).isEqualTo(Keys.NO_SACK);
    }
    for (String name :
        List.of(
            "",
            "{ns:3}",
            "{ns:3}:ope",
            "{ns:3}:opens",
            "{ns:3}open",
            "{ns:3}ropen:0",
            "{ns:12}:open",
            "{ns:-1}:open",
            "{ns:x}:open:0",
            "{nt:3}:open",
            "ns:3}:open")) {
      assertThat(keys.openSplits(name.getBytes(StandardCharsets.US_ASCII), 12))
          .as(name)
          .isEqualTo(Keys.NO_SACK);
    }
  }

  @Test
  void split_ofAnyOtherName_isNone() {
    for (String name :
        List.of(
            "",
            "{ns:3}",
            "{ns:3}r",
            "{ns:3}r0",
            "{ns:3}r0:",
            "{ns:3}r:0",
            "{ns:3}r-1:0",
            "{ns:3}rzik0zk:0",
            "{ns:3}r0:zzzzzzzzzzzzz",
            "{ns:3}r0:0:0",
            "{ns:3}r0:0 ",
            "{ns:3}a0:0",
            "{ns:3}a0:0:0",
            "{ns:3}a0:-1:0",
            "{ns:3}a0:5:",
            "{ns:3}b0:0",
            "{ns:12}r0:0",
            "{ns:-1}r0:0",
            "{ns:x}r0:0",
            "{nt:3}r0:0",
            "{ns:3:0}r0:0",
            "{ns:3}:series",
            "{ns:t:a}:metadata",
            "ns:3}r0:0")) {
      assertThat(keys.split(name.getBytes(StandardCharsets.US_ASCII), 12)).as(name).isNull();
    }
  }

  @Test
  void rawSplit_betweenSpans_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sacks.of(3).split(new SplitKey(1, 17)))
        .withMessageContaining("17")
        .withMessageContaining("a multiple of " + RawSplit.SPAN_MILLIS);
  }

  @Test
  void of_sackThatIsNot_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sacks.of(12))
        .withMessage("sack: 12 (expected: 0 to 11)");
    assertThatIllegalArgumentException().isThrownBy(() -> sacks.of(-1));
  }

  private String rawSplit(int series, long span) {
    return text(sacks.of(3).split(new SplitKey(series, span * RawSplit.SPAN_MILLIS)));
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.US_ASCII);
  }
}
