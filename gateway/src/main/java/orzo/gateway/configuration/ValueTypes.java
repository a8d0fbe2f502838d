package orzo.gateway.configuration;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import orzo.metric.PolicyNames;

/** The types of values that keys have. */
final class ValueTypes {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})(|B|KiB|MiB|GiB)");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})|[0-9A-Fa-f:.]{2,45}(%[A-Za-z0-9]+)?");
  // The characters of a token, RFC 9110 section 5.6.2.
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
  private static final Pattern ORIGIN =
      Pattern.compile(
          "\\*|https?://[A-Za-z0-9.-]+(:\\d{1,5})?|https?://\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");
  private static final Pattern REDIS_URL =
      Pattern.compile(
          "unix:///\\S+|rediss?(-sentinel|-cluster)?://[^\\s/?#]*[^\\s/?#@]([/?#]\\S*)?");

  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private ValueTypes() {}

  /** A TCP port that is listened on. */
  static ValueType<Integer> port() {
    return integer("a port, 1 to 65535", 1, 65_535);
  }

  /** A TCP port, or 0 for a listener that is off. */
  static ValueType<Integer> portOrOff() {
    return integer("a port, 1 to 65535, or 0 to switch the listener off", 0, 65_535);
  }

  /** A whole number of {@code [min, max]}. */
  static ValueType<Integer> integer(int min, int max) {
    return integer("a whole number, " + min + " to " + max, min, max);
  }

  private static ValueType<Integer> integer(String allowed, int min, int max) {
    return ValueType.of(allowed, text -> wholeNumber(text, min, max).map(Math::toIntExact));
  }

  /** A whole number of {@code [min, max]} that may need 64 bits. */
  static ValueType<Long> count(long min, long max) {
    return ValueType.of(
        "a whole number, " + min + " to " + max, text -> wholeNumber(text, min, max));
  }

  private static Optional<Long> wholeNumber(String text, long min, long max) {
    if (!text.matches("-?\\d{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(text)).filter(value -> value >= min && value <= max);
  }

  /** A duration of {@code [min, max]}, written as numbers with units: {@code 1h30m}. */
  static ValueType<Duration> duration(Duration min, Duration max) {
    return ValueType.of(
        "a duration with its unit (ms, s, m, h, d), "
            + DurationText.show(min)
            + " to "
            + DurationText.show(max),
        text ->
            DurationText.parse(text)
                .filter(value -> value.compareTo(min) >= 0 && value.compareTo(max) <= 0));
  }

  /**
   * A number of bytes of {@code [min, max]}, written plain or with a binary unit: {@code 64MiB}.
   */
  static ValueType<Long> size(long min, long max) {
    return ValueType.of(
        "bytes, plain or with KiB, MiB, GiB, " + showBytes(min) + " to " + showBytes(max),
        text -> {
          Matcher size = SIZE.matcher(text);
          if (!size.matches()) {
            return Optional.empty();
          }
          long unit = BYTES.getOrDefault(size.group(2), 1L);
          long number = Long.parseLong(size.group(1));
          return number > max / unit
              ? Optional.empty()
              : Optional.of(number * unit).filter(value -> value >= min);
        });
  }

  private static String showBytes(long bytes) {
    if (bytes % (1 << 30) == 0) {
      return (bytes >> 30) + "GiB";
    } else if (bytes % (1 << 20) == 0) {
      return (bytes >> 20) + "MiB";
    } else if (bytes % (1 << 10) == 0) {
      return (bytes >> 10) + "KiB";
    }
    return Long.toString(bytes);
  }

  /** One of a few words. */
  static ValueType<String> oneOf(String... words) {
    List<String> allowed = List.of(words);
    return ValueType.of(
        String.join(", ", allowed), text -> Optional.of(text).filter(allowed::contains));
  }

  /** Yes or no. */
  static ValueType<Boolean> flag() {
    return ValueType.of(
        "true, false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** The name of an archive policy, there or not. */
  static ValueType<String> policyName() {
    return ValueType.of(
        "the name of an archive policy, 1 to " + PolicyNames.MAX_LENGTH + " characters",
        text -> Optional.of(text).filter(PolicyNames::isName));
  }

  /** A host name or an address to listen on. */
  static ValueType<String> host() {
    return matching("a host name or an IP address", HOST);
  }

  /** The name of an HTTP header. */
  static ValueType<String> header() {
    return matching("the name of an HTTP header", HEADER);
  }

  /** The prefix of all keys in Redis. */
  static ValueType<String> namespace() {
    // No braces and no colon: both have a meaning in the keys that are made of it.
    return matching("1 to 64 of a-z A-Z 0-9 . _ -", NAMESPACE);
  }

  /** The name of a gateway, or nothing. */
  static ValueType<Optional<String>> nodeName() {
    return ValueType.of(
        "1 to 64 of a-z A-Z 0-9 . _ : -, or nothing",
        text -> {
          if (text.isEmpty()) {
            return Optional.of(Optional.empty());
          }
          return NODE_NAME.matcher(text).matches()
              ? Optional.of(Optional.of(text))
              : Optional.empty();
        });
  }

  private static ValueType<String> matching(String allowed, Pattern pattern) {
    return ValueType.of(
        allowed, text -> Optional.of(text).filter(value -> pattern.matcher(value).matches()));
  }

  /** A directory. */
  static ValueType<Path> directory() {
    return ValueType.of(
        "a directory",
        text -> {
          try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
          } catch (InvalidPathException _) {
            return Optional.empty();
          }
        });
  }

  /** A file, there or not, or nothing. */
  static ValueType<Optional<Path>> fileOrNothing() {
    return ValueType.of(
        "the path of a file, or nothing",
        text -> {
          try {
            return Optional.of(text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text)));
          } catch (InvalidPathException _) {
            return Optional.empty();
          }
        });
  }

  /** Names of labels separated by commas, each once, or nothing. */
  static ValueType<List<String>> labelNames() {
    return ValueType.of(
        "names of labels separated by commas, each once, or nothing",
        text -> {
          List<String> names = new ArrayList<>();
          for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String name = part.strip();
            if (name.isEmpty() || names.contains(name)) {
              return Optional.empty();
            }
            names.add(name);
          }
          return Optional.of(List.copyOf(names));
        });
  }

  /** Origins of cross-origin requests, RFC 6454, separated by commas. */
  static ValueType<List<String>> origins() {
    return ValueType.of(
        "origins such as https://grafana.example.org separated by commas, or *, or nothing",
        text -> {
          List<String> origins = new ArrayList<>();
          for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            String origin = part.strip().toLowerCase(Locale.ROOT);
            if (!ORIGIN.matcher(origin).matches()) {
              return Optional.empty();
            }
            origins.add(origin);
          }
          return Optional.of(List.copyOf(origins));
        });
  }

  /** The URL of a Redis server, or nothing. */
  static ValueType<Optional<String>> redisUrl() {
    return ValueType.<Optional<String>>of(
            "redis://HOST:PORT, rediss://…, unix:///SOCKET, redis-sentinel://…, redis-cluster://…, or"
                + " nothing for the embedded server",
            text -> {
              if (text.isEmpty()) {
                return Optional.of(Optional.empty());
              }
              return REDIS_URL.matcher(text).matches()
                  ? Optional.of(Optional.of(text))
                  : Optional.empty();
            })
        .maskedBy(ValueTypes::withoutPassword);
  }

  /**
   * A URL without what stands before its host, but for the user's name. A password may hold an
   * unescaped {@code @}, so the last one counts.
   */
  static String withoutPassword(String url) {
    int at = url.lastIndexOf('@');
    if (at < 0) {
      return url;
    }
    int scheme = url.indexOf("://");
    int start = scheme < 0 || scheme > at ? 0 : scheme + 3;
    int colon = url.indexOf(':', start);
    String user = colon >= 0 && colon < at ? url.substring(start, colon + 1) : "";
    return url.substring(0, start) + user + "***" + url.substring(at);
  }
}
