package orzo.http;

import java.util.List;
import java.util.Locale;

/** What a client says of compression, RFC 9110 section 12.5.3. */
final class AcceptEncoding {
  private AcceptEncoding() {}

  /** Whether gzip is named, itself or by {@code *}, and not with a weight of zero. */
  static boolean allowsGzip(List<String> headers) {
    boolean any = false;
    for (String header : headers) {
      for (String element : header.toLowerCase(Locale.ROOT).split(",", -1)) {
        String[] parts = element.split(";", -1);
        String coding = parts[0].strip();
        if (coding.equals("gzip") || coding.equals("x-gzip")) {
          return !isRefused(parts);
        }
        any |= coding.equals("*") && !isRefused(parts);
      }
    }
    return any;
  }

  private static boolean isRefused(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].strip().matches("q\\s*=\\s*0(\\.0*)?")) {
        return true;
      }
    }
    return false;
  }
}
