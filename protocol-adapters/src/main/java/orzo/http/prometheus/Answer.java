package orzo.http.prometheus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A successful answer.
 *
 * @param data writes the JSON of the {@code data} member
 * @param warnings for the {@code warnings} member
 * @param infos for the {@code infos} member
 * @param explanation writes the JSON of the {@code explanation} member, if there is one
 */
record Answer(Data data, List<String> warnings, List<String> infos, Optional<Data> explanation)
    implements Reply {
  static final String TRUNCATED = "results truncated due to limit";

  // Prometheus shows this many of each, and says how many it left out.
  private static final int MAX_ANNOTATIONS = 10;

  private static final byte[] SUCCESS = JsonWriter.ascii("{\"status\":\"success\",\"data\":");
  private static final byte[] WARNINGS = JsonWriter.ascii(",\"warnings\":");
  private static final byte[] INFOS = JsonWriter.ascii(",\"infos\":");
  private static final byte[] EXPLANATION = JsonWriter.ascii(",\"explanation\":");

  /** Writes one JSON value. */
  interface Data {
    void write(JsonWriter json) throws IOException;
  }

  /** An answer that is not explained. */
  Answer(Data data, List<String> warnings, List<String> infos) {
    this(data, warnings, infos, Optional.empty());
  }

  /** An answer with nothing to add. */
  static Answer of(Data data) {
    return new Answer(data, List.of(), List.of());
  }

  /** The first {@code limit} strings, with a warning if there are more; 0 is no limit. */
  static Answer limited(List<String> strings, int limit) {
    return limited(strings, limit, JsonWriter::string);
  }

  /** The first {@code limit} elements, with a warning if there are more; 0 is no limit. */
  static <T> Answer limited(List<T> elements, int limit, Element<T> element) {
    boolean truncated = limit > 0 && elements.size() > limit;
    List<T> shown = truncated ? elements.subList(0, limit) : elements;
    List<String> warnings = truncated ? List.of(TRUNCATED) : List.of();
    return new Answer(json -> array(json, shown, element), warnings, List.of());
  }

  /** Writes one element of an array. */
  interface Element<T> {
    void write(JsonWriter json, T element) throws IOException;
  }

  /** Writes an array. */
  static <T> void array(JsonWriter json, List<T> elements, Element<T> element) throws IOException {
    json.raw('[');
    for (int i = 0; i < elements.size(); i++) {
      if (i > 0) {
        json.raw(',');
      }
      element.write(json, elements.get(i));
    }
    json.raw(']');
  }

  /** Writes the whole envelope. */
  void write(JsonWriter json) throws IOException {
    json.raw(SUCCESS);
    data.write(json);
    if (explanation.isPresent()) {
      json.raw(EXPLANATION);
      explanation.get().write(json);
    }
    annotations(json, WARNINGS, warnings, "warning");
    annotations(json, INFOS, infos, "info");
    json.raw('}');
  }

  private static void annotations(JsonWriter json, byte[] member, List<String> all, String kind)
      throws IOException {
    if (all.isEmpty()) {
      return;
    }
    List<String> shown = all;
    if (all.size() > MAX_ANNOTATIONS) {
      shown = new ArrayList<>(all.subList(0, MAX_ANNOTATIONS));
      shown.add((all.size() - MAX_ANNOTATIONS) + " more " + kind + " annotations omitted");
    }
    json.raw(member);
    array(json, shown, JsonWriter::string);
  }

  /** Writes the envelope of an error. */
  static void writeError(JsonWriter json, ApiException.Type type, String message)
      throws IOException {
    json.raw("{\"status\":\"error\",\"errorType\":\"");
    json.raw(type.text());
    json.raw("\",\"error\":");
    json.string(message);
    json.raw('}');
  }
}
