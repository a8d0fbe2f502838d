package orzo.http.gnocchi;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import orzo.http.FormParameters;

/**
 * Which page of a list is asked for, by the parameters of a request.
 *
 * @param limit how many elements the page has at most
 * @param marker names the element behind which the page begins, as the page before told
 * @param sorts what the list is sorted by
 */
record Pagination(int limit, Optional<String> marker, List<Sort> sorts) {
  private static final String DIRECTIONS =
      "asc-nullsfirst, asc-nullslast, desc-nullsfirst, desc-nullslast";

  /**
   * One of the things that a list is sorted by, the first of which counts most.
   *
   * @param key its name
   * @param direction as it was stated, empty when it was not
   */
  record Sort(String key, String direction) {
    /** Reads {@code key}, {@code key:asc}, {@code key:desc-nullslast} and the like. */
    static Sort parse(String text) {
      int colon = text.indexOf(':');
      return colon < 0
          ? new Sort(text.strip(), "")
          : new Sort(text.substring(0, colon).strip(), text.substring(colon + 1));
    }

    /** Whether the greatest comes first. */
    boolean isDescending() {
      return main().equals("desc");
    }

    /** Whether what has no value comes first; if it is not stated, as in PostgreSQL. */
    boolean isNullsFirst() {
      return direction.endsWith("-nullsfirst") || direction.equals("desc");
    }

    /** Refuses directions that are none. */
    void check() {
      if (!direction.isEmpty() && !direction.matches("(asc|desc)(-nulls(first|last))?")) {
        throw invalid("Unknown sort direction, must be one of: " + DIRECTIONS);
      }
    }

    private String main() {
      int dash = direction.indexOf('-');
      return dash < 0 ? direction : direction.substring(0, dash);
    }

    private String show() {
      return direction.isEmpty() ? key : key + ":" + direction;
    }
  }

  /**
   * Reads the parameters.
   *
   * @param maxLimit the largest limit, which counts where a larger one or none is stated
   * @param defaultSorts what the list is sorted by where that is not stated
   */
  static Pagination of(FormParameters parameters, int maxLimit, String... defaultSorts) {
    List<String> stated = parameters.all("sort");
    List<Sort> sorts = new ArrayList<>();
    for (String sort : stated.isEmpty() ? List.of(defaultSorts) : stated) {
      sorts.add(Sort.parse(sort));
    }
    List<String> markers = parameters.all("marker");
    return new Pagination(
        limit(parameters.all("limit"), maxLimit),
        markers.isEmpty() || markers.getLast().isEmpty()
            ? Optional.empty()
            : Optional.of(markers.getLast()),
        List.copyOf(sorts));
  }

  private static int limit(List<String> stated, int maxLimit) {
    if (stated.isEmpty()) {
      return maxLimit;
    }
    String text = stated.getLast().strip();
    if (stated.size() > 1 || !text.matches("[+-]?[0-9]{1,18}")) {
      throw ApiError.argument("expected int for dictionary value @ data['limit']");
    }
    long limit = Long.parseLong(text);
    if (limit < 1) {
      throw ApiError.argument("value must be at least 1 for dictionary value @ data['limit']");
    }
    return (int) Math.min(limit, maxLimit);
  }

  /** What is wrong with the page that is asked for. */
  static ApiError invalid(String reason) {
    return ApiError.of(400, "Invalid pagination: `" + reason + "'");
  }

  /** What is wrong with something to sort by that is not there. */
  static ApiError invalidKey(String key) {
    return invalid("Sort key supplied is invalid: " + key);
  }

  /**
   * The page of a list that is sorted.
   *
   * @param isMarker whether an element is the one that the marker names
   */
  <T> List<T> page(List<T> sorted, Predicate<T> isMarker) {
    int from = 0;
    if (marker.isPresent()) {
      while (from < sorted.size() && !isMarker.test(sorted.get(from))) {
        from++;
      }
      from = Math.min(from + 1, sorted.size());
    }
    return sorted.subList(from, Math.min(from + limit, sorted.size()));
  }

  /**
   * Adds the link to the next page, RFC 8288, if this one is full.
   *
   * @param url the URL that was asked for, without its parameters
   * @param next the marker of the last element of this page
   */
  Reply link(Reply reply, int size, String url, FormParameters parameters, String next) {
    if (size < limit) {
      return reply;
    }
    Map<String, List<String>> options = new TreeMap<>();
    for (String name : parameters.names()) {
      options.put(name, parameters.all(name));
    }
    options.put("limit", List.of(Integer.toString(limit)));
    options.put("sort", sorts.stream().map(Sort::show).toList());
    options.put("marker", List.of(next));
    StringBuilder link = new StringBuilder("<").append(url);
    char separator = '?';
    for (Map.Entry<String, List<String>> option : options.entrySet()) {
      for (String value : option.getValue()) {
        link.append(separator).append(encode(option.getKey())).append('=').append(encode(value));
        separator = '&';
      }
    }
    return reply.with("Link", link.append(">; rel=\"next\"").toString());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("*", "%2A").replace("%7E", "~");
  }
}
