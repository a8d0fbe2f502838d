package orzo.promql.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The queries of the test resources. */
final class Queries {
  /** A query and what comes of it: its canonical form, or its error. */
  record Case(String query, String outcome) {
    @Override
    public String toString() {
      return query;
    }
  }

  private Queries() {}

  static List<Case> wellFormed() {
    List<Case> cases = new ArrayList<>();
    for (String line : lines("well-formed.txt")) {
      int arrow = line.lastIndexOf("  =>  ");
      if (arrow >= 0) {
        cases.add(new Case(withLineEnds(line.substring(0, arrow)), line.substring(arrow + 6)));
      }
    }
    return cases;
  }

  static List<Case> malformed() {
    List<Case> cases = new ArrayList<>();
    String query = "";
    for (String line : lines("malformed.txt")) {
      if (line.startsWith("    ")) {
        cases.add(new Case(withLineEnds(query), line.strip()));
      }
      query = line;
    }
    return cases;
  }

  private static String withLineEnds(String text) {
    return text.replace("\\n", "\n").replace("\\r", "\r");
  }

  private static List<String> lines(String name) {
    try (InputStream in = Objects.requireNonNull(Queries.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
