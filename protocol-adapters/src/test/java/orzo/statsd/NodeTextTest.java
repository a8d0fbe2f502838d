package orzo.statsd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Against what Node 20 printed for the same objects. */
class NodeTextTest {
  private static String object(Object... keysAndValues) {
    Map<String, String> members = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      String value =
          keysAndValues[i + 1] instanceof double[] list
              ? NodeText.list(list, list.length)
              : NodeText.number((Double) keysAndValues[i + 1]);
      members.put((String) keysAndValues[i], value);
    }
    return NodeText.object(members);
  }

  @Test
  void members_asIndexes_comeFirst_andKeysAreQuoted() {
    assertThat(object("b", -0.0, "10", 1.0, "9", 2.0, "a'b", 3.0, "\t\u0001", 4.0))
        .isEqualTo("{ '9': 2, '10': 1, b: -0, \"a'b\": 3, '\\t\\x01': 4 }");
    assertThat(object("é", 1.0, "a\"b'", 3.0, "4294967295", 1.0, "4294967294", 2.0))
        .isEqualTo("{ '4294967294': 2, 'é': 1, `a\"b'`: 3, '4294967295': 1 }");
    assertThat(object("é'\"`", 5.0)).isEqualTo("{ 'é\\'\"`': 5 }");
    assertThat(object("007", 1.0, "a\\b", 2.0)).isEqualTo("{ '007': 1, 'a\\\\b': 2 }");
    assertThat(object()).isEqualTo("{}");
  }

  @Test
  void object_thatIsTooWide_isBroken() {
    String a = "a".repeat(56);
    assertThat(object(a, 1.0, "bbb", 2.0)).isEqualTo("{ " + a + ": 1, bbb: 2 }");
    assertThat(object(a + "a", 1.0, "bbb", 2.0)).isEqualTo("{\n  " + a + "a: 1,\n  bbb: 2\n}");
  }

  @Test
  void lists_ofManyValues_areInColumns() {
    assertThat(object("t", new double[] {1, 2, 3, 4, 5, 6}))
        .isEqualTo("{ t: [ 1, 2, 3, 4, 5, 6 ] }");
    assertThat(object("t", new double[] {1, 2, 3, 4, 5, 6, 7}))
        .isEqualTo("{\n  t: [\n    1, 2, 3, 4,\n    5, 6, 7\n  ]\n}");
    assertThat(object("t", new double[] {1.5, 20, 300.25, 4, 5, 6, 7, 81234.5}))
        .isEqualTo("{ t: [ 1.5, 20, 300.25, 4, 5, 6, 7, 81234.5 ] }");
    double[] tens = new double[30];
    Arrays.setAll(tens, i -> 10 * i);
    assertThat(object("t", tens))
        .isEqualTo(
            """
            {
              t: [
                  0,  10,  20,  30,  40,  50,  60,
                 70,  80,  90, 100, 110, 120, 130,
                140, 150, 160, 170, 180, 190, 200,
                210, 220, 230, 240, 250, 260, 270,
                280, 290
              ]
            }\
            """);
    double[] ones = new double[101];
    Arrays.fill(ones, 1);
    assertThat(object("t", ones)).endsWith(" 1,\n    1, 1, 1, 1,\n    ... 1 more item\n  ]\n}");
    assertThat(object("t", new double[0], "u", new double[] {1e21, 1e-7}))
        .isEqualTo("{ t: [], u: [ 1e+21, 1e-7 ] }");
  }
}
