package orzo.promql.exec.function;

import java.math.BigInteger;

/** The order in which {@code node9} comes before {@code node10}: runs of digits are numbers. */
final class NaturalOrder {
  private NaturalOrder() {}

  /** Below zero, zero or above, as {@code a} comes before {@code b}, equals it or comes after. */
  static int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      int endA = runEnd(a, i);
      int endB = runEnd(b, j);
      String runA = a.substring(i, endA);
      String runB = b.substring(j, endB);
      int order =
          isDigit(a.charAt(i)) && isDigit(b.charAt(j))
              ? new BigInteger(runA).compareTo(new BigInteger(runB))
              : runA.compareTo(runB);
      if (order != 0) {
        return order;
      }
      i = endA;
      j = endB;
    }
    int rest = Integer.compare(a.length() - i, b.length() - j);
    return rest != 0 ? rest : a.compareTo(b);
  }

  private static int runEnd(String text, int start) {
    boolean digits = isDigit(text.charAt(start));
    int end = start + 1;
    while (end < text.length() && isDigit(text.charAt(end)) == digits) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
