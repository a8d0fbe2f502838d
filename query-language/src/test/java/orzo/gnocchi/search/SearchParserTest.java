package orzo.gnocchi.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.SplittableRandom;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

class SearchParserTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a = 1 | {=={a=1.0}}",
        "a=-1.5e3 | {=={a=-1500.0}}",
        "a>=b | {>=={a=b}}",
        "a ≥ b | {≥={a=b}}",
        "a ne null | {ne={a=null}}",
        "a != None | {!=={a=null}}",
        "a eq True | {eq={a=true}}",
        "a lt false | {lt={a=false}}",
        "'a b' = 'c d' | {=={a b=c d}}",
        "a like \"web-%\" | {like={a=web-%}}",
        "id in [faef212f-0bf4-4030-a461-2186fef79be0, x] |"
            + " {in={id=[faef212f-0bf4-4030-a461-2186fef79be0, x]}}",
        "id = faef212f0bf44030a4612186fef79be0 | {=={id=faef212f0bf44030a4612186fef79be0}}",
        "id = 12345678-1234-1234-1234-123456789012 | {=={id=12345678-1234-1234-1234-123456789012}}",
        "id in [] | {in={id=[]}}",
        "id in [1, null, 'x', true] | {in={id=[1.0, null, x, true]}}",
        "not a = 1 | {not={=={a=1.0}}}",
        "not not a = 1 | {not={not={=={a=1.0}}}}",
        "not a = 1 and b = 2 | {and=[{not={=={a=1.0}}}, {=={b=2.0}}]}",
        "not (a = 1 and b = 2) | {not={and=[{=={a=1.0}}, {=={b=2.0}}]}}",
        "a = 1 and b = 2 and c = 3 | {and=[{=={a=1.0}}, {=={b=2.0}}, {=={c=3.0}}]}",
        "a = 1 and (b = 2 and c = 3) | {and=[{=={a=1.0}}, {and=[{=={b=2.0}}, {=={c=3.0}}]}]}",
        "a = 1 or b = 2 and c = 3 | {or=[{=={a=1.0}}, {and=[{=={b=2.0}}, {=={c=3.0}}]}]}",
        "a = 1 ∧ b = 2 ∨ c = 3 | {or=[{and=[{=={a=1.0}}, {=={b=2.0}}]}, {=={c=3.0}}]}",
        "((a = 1)) | {=={a=1.0}}",
        "android = orange | {=={android=orange}}",
        "a = nonsense | {=={a=nonsense}}"
      })
  void parse_search_isTheOneInJson(String text, String expected) {
    assertThat(SearchParser.parse(text)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id == foobar | Expected a value, found '='  (at char 4), (line:1, col:5)",
        "`` | Expected a condition, or the end of one, found end of text  (at char 0), (line:1, col:1)",
        "a | Expected an operator, found end of text  (at char 1), (line:1, col:2)",
        "a = | Expected a value, found end of text  (at char 3), (line:1, col:4)",
        "a = 1 b | Expected end of text, found 'b'  (at char 6), (line:1, col:7)",
        "a = 1) | Expected end of text, found ')'  (at char 5), (line:1, col:6)",
        "(a = 1 | Expected a condition, or the end of one, found end of text  (at char 6), (line:1, col:7)",
        "a in [1 | Expected a value, found end of text  (at char 7), (line:1, col:8)",
        "a = 'x | Expected a value, found '''  (at char 4), (line:1, col:5)",
        "3 = a | Expected a condition, or the end of one, found '3'  (at char 0), (line:1, col:1)",
        "a = § | Expected a value, found '§'  (at char 4), (line:1, col:5)"
      })
  void parse_other_saysWhatIsExpected(String text, String expected) {
    assertThatExceptionOfType(GatewayException.class)
        .isThrownBy(() -> SearchParser.parse(text))
        .withMessage(expected)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.MALFORMED));
  }

  @Test
  void parse_deeplyNested_isRefused() {
    for (String nested :
        new String[] {"(".repeat(100_000), "not ".repeat(100_000), "a in " + "[".repeat(100_000)}) {
      assertThatExceptionOfType(GatewayException.class)
          .isThrownBy(() -> SearchParser.parse(nested))
          .withMessageStartingWith("Expected at most 100 levels, found");
    }
    assertThat(SearchParser.parse("(".repeat(100) + "a = 1" + ")".repeat(100)))
        .hasToString("{=={a=1.0}}");
    assertThat(SearchParser.parse("a = 1" + " or a = 1".repeat(300)).get("or"))
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .hasSize(301);
  }

  @Test
  void parse_anyTokens_isASearchOrMalformed() {
    String[] tokens = {
      "a",
      "=",
      "!=",
      "in",
      "like",
      "not",
      "and",
      "or",
      "(",
      ")",
      "[",
      "]",
      ",",
      "1",
      "null",
      "'x'",
      "true",
      "§",
      "\"",
      "faef212f-0bf4-4030-a461-2186fef79be0"
    };
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int left = random.nextInt(9); left >= 0; left--) {
        text.append(tokens[random.nextInt(tokens.length)]).append(' ');
      }
      try {
        assertThat(SearchParser.parse(text.toString())).hasSize(1);
      } catch (GatewayException e) {
        assertThat(e.kind()).as(text.toString()).isEqualTo(Kind.MALFORMED);
      }
    }
  }
}
