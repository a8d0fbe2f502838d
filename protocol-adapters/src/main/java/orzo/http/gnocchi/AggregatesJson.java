package orzo.http.gnocchi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import orzo.gnocchi.aggregates.Aggregates.Answer;
import orzo.gnocchi.aggregates.Aggregates.Run;

/** What operations made of metrics, as JSON. */
final class AggregatesJson {
  private AggregatesJson() {}

  /**
   * The measures below {@code aggregated}, or below the names of metrics and aggregations, which
   * are below the ids of resources where metrics were found by these.
   *
   * @param references those that were evaluated, in their order
   */
  static Map<String, Object> of(Answer answer, List<AggregateReference> references) {
    Map<String, Object> json = new LinkedHashMap<>();
    if (answer.aggregated()) {
      json.put("aggregated", new MeasureLists(answer.columns().getFirst()));
      return json;
    }
    Map<String, Map<String, Map<String, List<Run>>>> byResource = new LinkedHashMap<>();
    int granularities = answer.columns().getFirst().size();
    for (int granularity = 0; granularity < granularities; granularity++) {
      for (int i = 0; i < references.size(); i++) {
        AggregateReference reference = references.get(i);
        byResource
            .computeIfAbsent(id(reference.resource()), _ -> new LinkedHashMap<>())
            .computeIfAbsent(reference.name(), _ -> new LinkedHashMap<>())
            .computeIfAbsent(reference.selector().aggregation(), _ -> new ArrayList<>())
            .add(answer.columns().get(i).get(granularity));
      }
    }
    byResource.forEach((resource, byName) -> {
      if (resource.isEmpty()) {
        byName.forEach((name, runs) -> json.put(name, lists(runs)));
      } else {
        Map<String, Object> named = new LinkedHashMap<>();
        byName.forEach((name, runs) -> named.put(name, lists(runs)));
        json.put(resource, named);
      }
    });
    return json;
  }

  private static String id(@Nullable UUID resource) {
    return resource == null ? "" : resource.toString();
  }

  private static Map<String, Object> lists(Map<String, List<Run>> runs) {
    Map<String, Object> lists = new LinkedHashMap<>();
    runs.forEach((aggregation, ofIt) -> lists.put(aggregation, new MeasureLists(ofIt)));
    return lists;
  }
}
