package orzo.gateway.configuration;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import orzo.statsd.StatsdSettings.Histogram;

/** The types of values that only the keys of StatsD have. */
final class StatsdValueTypes {
  private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d{1,15}(\\.\\d{1,15})?|\\.\\d+)");
  private static final Pattern NAME_PART = Pattern.compile("[A-Za-z0-9_.-]{0,200}");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+]):(\\d{1,5})");

  private StatsdValueTypes() {}

  /** A port, 0, or nothing, which leaves the choice to another key. */
  static ValueType<OptionalInt> portOrNothing() {
    return ValueType.of(
        "a port, 1 to 65535, 0 to switch the listener off, or nothing",
        text -> {
          if (text.isEmpty()) {
            return Optional.of(OptionalInt.empty());
          }
          if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > 65_535) {
            return Optional.empty();
          }
          return Optional.of(OptionalInt.of(Integer.parseInt(text)));
        });
  }

  /** Some of a few words, separated by commas. */
  static <T extends Enum<T>> ValueType<Set<T>> someOf(T[] all, Function<T, String> label) {
    String words = Arrays.stream(all).map(label).collect(Collectors.joining(", "));
    return ValueType.of(
        "some of " + words + " separated by commas, or nothing",
        text -> {
          Set<T> chosen = new LinkedHashSet<>();
          for (String word : items(text)) {
            Optional<T> one =
                Arrays.stream(all).filter(each -> label.apply(each).equals(word)).findFirst();
            if (one.isEmpty()) {
              return Optional.empty();
            }
            chosen.add(one.get());
          }
          return Optional.of(chosen);
        });
  }

  /** Percentiles, separated by commas. */
  static ValueType<List<Double>> percentiles() {
    return ValueType.of(
        "numbers, -100 to 100, separated by commas, or nothing",
        text -> {
          List<Double> numbers = new ArrayList<>();
          for (String item : items(text)) {
            if (!NUMBER.matcher(item).matches() || Math.abs(Double.parseDouble(item)) > 100) {
              return Optional.empty();
            }
            numbers.add(Double.parseDouble(item));
          }
          return Optional.of(List.copyOf(numbers));
        });
  }

  /** Histograms, separated by commas. */
  static ValueType<List<Histogram>> histograms() {
    return ValueType.of(
        "TEXT: LIMIT LIMIT … separated by commas, limits ascending, the last may be inf; or nothing",
        text -> {
          List<Histogram> histograms = new ArrayList<>();
          for (String item : items(text)) {
            int colon = item.lastIndexOf(':');
            Optional<List<Double>> bins =
                colon < 0 ? Optional.empty() : bins(item.substring(colon + 1).strip());
            if (bins.isEmpty()) {
              return Optional.empty();
            }
            histograms.add(new Histogram(item.substring(0, colon).strip(), bins.get()));
          }
          return Optional.of(List.copyOf(histograms));
        });
  }

  private static Optional<List<Double>> bins(String text) {
    List<Double> bins = new ArrayList<>();
    for (String limit : text.isEmpty() ? new String[0] : text.split("\\s+", -1)) {
      double bin;
      if (limit.equals("inf")) {
        bin = Double.POSITIVE_INFINITY;
      } else if (NUMBER.matcher(limit).matches()) {
        bin = Double.parseDouble(limit);
      } else {
        return Optional.empty();
      }
      if (!bins.isEmpty() && bin <= bins.getLast()) {
        return Optional.empty();
      }
      bins.add(bin);
    }
    return Optional.of(bins);
  }

  /** Words, separated by commas. */
  static ValueType<List<String>> words() {
    return ValueType.of(
        "words of a-z A-Z 0-9 _ separated by commas, or nothing",
        text -> {
          List<String> words = items(text);
          return words.stream().allMatch(word -> word.matches("[A-Za-z0-9_]+"))
              ? Optional.of(words)
              : Optional.empty();
        });
  }

  /** Nodes of a dotted name, or nothing. */
  static ValueType<String> namePart() {
    return ValueType.of(
        "at most 200 of a-z A-Z 0-9 _ - ., or nothing",
        text -> Optional.of(text).filter(value -> NAME_PART.matcher(value).matches()));
  }

  /** A host and a port, or nothing; the host is looked up when it is needed. */
  static ValueType<Optional<InetSocketAddress>> hostAndPort() {
    return ValueType.of(
        "HOST:PORT, or nothing",
        text -> {
          if (text.isEmpty()) {
            return Optional.of(Optional.empty());
          }
          Matcher matcher = HOST_AND_PORT.matcher(text);
          if (!matcher.matches()) {
            return Optional.empty();
          }
          int port = Integer.parseInt(matcher.group(2));
          return port < 1 || port > 65_535
              ? Optional.empty()
              : Optional.of(
                  Optional.of(InetSocketAddress.createUnresolved(matcher.group(1), port)));
        });
  }

  private static List<String> items(String text) {
    List<String> items = new ArrayList<>();
    for (String item : text.isBlank() ? new String[0] : text.split(",", -1)) {
      items.add(item.strip());
    }
    return items;
  }
}
