package orzo.statsd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ByteTableTest {
  private static @Nullable Integer find(ByteTable<Integer> table, String first, String second) {
    byte[] bytes = (first + "|" + second).getBytes(ISO_8859_1);
    return table.find(bytes, 0, first.length(), first.length() + 1, bytes.length);
  }

  private static void add(ByteTable<Integer> table, String first, String second, int value) {
    byte[] bytes = ("x" + first + second).getBytes(ISO_8859_1);
    int middle = 1 + first.length();
    table.add(bytes, 1, middle, middle, bytes.length, value);
  }

  @Test
  void find_tellsRegionsApart() {
    ByteTable<Integer> table = new ByteTable<>(1);
    add(table, "ab", "c", 1);
    add(table, "a", "bc", 2);
    add(table, "", "abc", 3);
    add(table, "abc", "", 4);
    assertThat(find(table, "ab", "c")).isEqualTo(1);
    assertThat(find(table, "a", "bc")).isEqualTo(2);
    assertThat(find(table, "", "abc")).isEqualTo(3);
    assertThat(find(table, "abc", "")).isEqualTo(4);
    assertThat(find(table, "", "")).isNull();
  }

  @Test
  void table_isAsAMap() {
    Random random = new Random(7);
    ByteTable<Integer> table = new ByteTable<>(1);
    Map<String, Integer> map = new HashMap<>();
    for (int i = 0; i < 50_000; i++) {
      String first = Integer.toString(random.nextInt(20_000));
      String second = Integer.toString(random.nextInt(3));
      String key = first + "|" + second;
      assertThat(find(table, first, second)).as(key).isEqualTo(map.get(key));
      if (!map.containsKey(key)) {
        map.put(key, i);
        add(table, first, second, i);
      }
      if (i == 30_000) {
        table.clear();
        map.clear();
        assertThat(table.sizeBytes()).isZero();
      }
    }
    assertThat(table.size()).isEqualTo(map.size());
    assertThat(table.sizeBytes()).isGreaterThan(80L * map.size());
  }
}
