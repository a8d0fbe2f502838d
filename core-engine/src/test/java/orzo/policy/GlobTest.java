package orzo.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "disk.*, disk.io, true",
        "disk.*, diskxio, false",
        "*, \"\", true",
        "\"\", \"\", true",
        "\"\", a, false",
        "a?c, a𝄞c, true",
        "[abc]x, bx, true",
        "[!abc]x, bx, false",
        "[!abc]x, 𝄞x, true",
        "[a-c-]x, -x, true",
        "[]x], ], true",
        "[!]x], ], false",
        "[z-a], m, false",
        "[!z-a], m, true",
        "[abc, [abc, true",
        "a[!, a[!, true",
        "(a|b)+.^$\\Q, (a|b)+.^$\\Q, true",
        "[\\d^&&a], \\, true",
        "[\\d^&&a], 5, false",
        "DISK*, disk, false"
      })
  void compile_pattern_fitsAsInPython(String glob, String name, boolean fits) {
    assertThat(Glob.compile(glob).matches(name)).isEqualTo(fits);
  }

  @Test
  void compile_star_fitsLineBreaksToo() {
    assertThat(Glob.compile("a*b").matches("a\n\nb")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void compile_anyPattern_equalsTrying(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String glob = randomText(random, "ab.*?\\", 6);
      String name = randomText(random, "ab.\\", 6);
      assertThat(Glob.compile(glob).matches(name))
          .as("seed %d: '%s' on '%s'", seed, glob, name)
          .isEqualTo(fits(glob, name));
    }
  }

  /** Tries every length for every star. */
  private static boolean fits(String glob, String name) {
    if (glob.isEmpty()) {
      return name.isEmpty();
    }
    char first = glob.charAt(0);
    if (first == '*') {
      return fits(glob.substring(1), name) || !name.isEmpty() && fits(glob, name.substring(1));
    }
    return !name.isEmpty()
        && (first == '?' || first == name.charAt(0))
        && fits(glob.substring(1), name.substring(1));
  }

  private static String randomText(Random random, String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }
}
