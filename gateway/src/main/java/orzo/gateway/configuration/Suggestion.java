package orzo.gateway.configuration;

import java.util.Collection;
import java.util.Optional;

/** Guesses which name was meant. */
final class Suggestion {
  private Suggestion() {}

  /**
   * The candidate that is fewest edits away from {@code name}, if that is at most a third of its
   * length; else the only candidate that ends in {@code name}.
   */
  static Optional<String> of(String name, Collection<String> candidates) {
    String best = "";
    int bestDistance = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int distance = distance(name, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    if (bestDistance <= Math.max(1, name.length() / 3)) {
      return Optional.of(best);
    }
    var endings = candidates.stream().filter(candidate -> candidate.endsWith("." + name)).toList();
    return endings.size() == 1 ? Optional.of(endings.getFirst()) : Optional.empty();
  }

  /**
   * The least number of inserted, removed, replaced and swapped neighbouring characters
   * (Damerau-Levenshtein, optimal string alignment).
   */
  private static int distance(String a, String b) {
    int[][] rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int replaced = rows[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        rows[i][j] = Math.min(replaced, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.length()][b.length()];
  }
}
