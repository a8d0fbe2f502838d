package orzo.http.gnocchi;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import orzo.book.Book;
import orzo.book.Books;
import orzo.book.Draft;
import orzo.book.MetricRecord;
import orzo.http.access.Permission;
import orzo.intake.Protocol;
import orzo.intake.SampleBatch;
import orzo.policy.PolicyBook;
import orzo.resource.ResourceIds;

/**
 * Measures of many metrics at once: {@code /v1/batch/metrics/measures} by the metrics' UUIDs, and
 * {@code /v1/batch/resources/metrics/measures} by resources and names. A request is stored as a
 * whole or not at all.
 */
final class BatchEndpoints {
  private static final int MAX_RESOURCE_ID_LENGTH = 289;

  private final Metrics metrics;
  private final Books books;
  private final PolicyBook policies;
  private final MeasureIntake intake;
  private final InstantSource clock;

  BatchEndpoints(
      Metrics metrics,
      Books books,
      PolicyBook policies,
      MeasureIntake intake,
      InstantSource clock) {
    this.metrics = metrics;
    this.books = books;
    this.policies = policies;
    this.intake = intake;
    this.clock = clock;
  }

  /** The measures {@code [from, to)} of the columns. */
  private record Part(int from, int to) {
    int size() {
      return to - from;
    }
  }

  private record ByMetric(MeasureColumns columns, Map<UUID, Part> parts) {}

  Reply pushByMetric(Exchange exchange) {
    ByMetric request = intake.decode(Protocol.GNOCCHI, () -> byMetric(exchange.jsonBytes()));
    List<Part> parts = List.copyOf(request.parts.values());
    store(
        request.columns,
        parts,
        () -> {
          List<UUID> missing = new ArrayList<>();
          List<MetricView> found =
              metrics.find(exchange.tenant(), List.copyOf(request.parts.keySet()), missing);
          if (!missing.isEmpty()) {
            throw unknown(missing.stream().map(UUID::toString).toList());
          }
          found.forEach(metric -> metric.require(exchange.caller(), Permission.POST_MEASURES));
          return metrics.register(exchange.tenant(), found, intake.intake());
        });
    return Reply.accepted();
  }

  private ByMetric byMetric(byte[] body) {
    MeasureColumns columns = new MeasureColumns(body.length);
    Map<UUID, Part> parts = new LinkedHashMap<>();
    boolean isPlain =
        new PlainMeasures(body, columns)
            .lists((name, from, to) -> {
              Optional<UUID> id = Uuids.parse(name);
              id.ifPresent(it -> parts.put(it, new Part(from, to)));
              return id.isPresent();
            });
    return isPlain ? new ByMetric(columns, parts) : parsed(body);
  }

  private ByMetric parsed(byte[] body) {
    MeasureColumns columns = new MeasureColumns(body.length);
    Map<UUID, Part> parts = new LinkedHashMap<>();
    try (MeasuresParser parser = new MeasuresParser(body, clock.millis())) {
      parser.object((name, path) -> {
        UUID id =
            Uuids.parse(name)
                .orElseThrow(() ->
                    ApiError.invalid(
                        "extra keys not allowed @ data['" + name + "']", List.of(name)));
        int from = columns.size();
        parser.measures(List.of(name), columns);
        parts.put(id, new Part(from, columns.size()));
      });
    }
    return new ByMetric(columns, parts);
  }

  private interface Refs {
    long[] of();
  }

  private void store(MeasureColumns columns, List<Part> parts, Refs refs) {
    int samples = parts.stream().mapToInt(Part::size).sum();
    intake.store(
        Protocol.GNOCCHI,
        samples,
        () -> {
          long[] found = refs.of();
          SampleBatch batch = new SampleBatch(samples);
          for (int i = 0; i < found.length; i++) {
            columns.copyTo(batch, found[i], parts.get(i).from, parts.get(i).to);
          }
          return batch;
        });
  }

  private static ApiError unknown(List<String> names) {
    return ApiError.of(
        400, "Unknown metrics: " + names.stream().sorted().collect(Collectors.joining(", ")));
  }

  /** What a request says of one metric of a resource. */
  private static final class Named {
    Part part = new Part(0, 0);
    @Nullable String policy;
    @Nullable String unit;
  }

  /** What it says of one resource. */
  private record OfResource(UUID id, String original, Map<String, Named> metrics) {}

  private record ByResource(MeasureColumns columns, List<OfResource> resources) {}

  Reply pushByResource(Exchange exchange) {
    boolean creates = Flags.of(exchange.parameters(), "create_metrics");
    ByResource request = intake.decode(Protocol.GNOCCHI, () -> byResource(exchange));
    List<Part> parts = new ArrayList<>();
    for (OfResource resource : request.resources) {
      resource.metrics.values().forEach(metric -> parts.add(metric.part));
    }
    store(
        request.columns,
        parts,
        () -> {
          List<MetricView> found = new ArrayList<>();
          Book book = creates ? createMissing(exchange, request) : books.known(exchange.tenant());
          List<String> missing = find(book, request, found);
          if (!missing.isEmpty() && !creates) {
            found.clear();
            missing = find(books.current(exchange.tenant()), request, found);
          }
          if (!missing.isEmpty()) {
            throw unknown(missing);
          }
          found.forEach(metric -> metric.require(exchange.caller(), Permission.POST_MEASURES));
          return metrics.register(exchange.tenant(), found, intake.intake());
        });
    return Reply.accepted();
  }

  private static List<String> find(Book book, ByResource request, List<MetricView> found) {
    List<String> missing = new ArrayList<>();
    for (OfResource resource : request.resources) {
      Map<String, MetricRecord> known = book.metricsOf(resource.id);
      for (String name : resource.metrics.keySet()) {
        MetricRecord metric = known.get(name);
        if (metric == null) {
          missing.add(resource.id + "/" + name);
        } else {
          found.add(Metrics.view(book, metric));
        }
      }
    }
    return missing;
  }

  /** Creates the metrics that resources lack; resources that are not there are an error. */
  private Book createMissing(Exchange exchange, ByResource request) {
    Map<OfResource, Map<String, MetricDraft>> drafts = new LinkedHashMap<>();
    Book book = books.known(exchange.tenant());
    boolean isAnyMissing = !find(book, request, new ArrayList<>()).isEmpty();
    if (!isAnyMissing) {
      return book;
    }
    exchange.require(Permission.CREATE_METRIC);
    for (OfResource resource : request.resources) {
      Map<String, MetricRecord> known = book.metricsOf(resource.id);
      Map<String, MetricDraft> ofResource = new TreeMap<>();
      resource.metrics.forEach((name, stated) -> {
        if (!known.containsKey(name)) {
          ofResource.put(
              name,
              MetricDraft.of(policies, name, stated.unit, Optional.ofNullable(stated.policy))
                  .requirePolicy(policies));
        }
      });
      drafts.put(resource, ofResource);
    }
    String creator = exchange.caller().creator();
    List<Map<String, @Nullable Object>> unknown =
        books.change(exchange.tenant(), change -> create(change, drafts, creator));
    if (!unknown.isEmpty()) {
      throw ApiError.described(400, "Unknown resources", unknown);
    }
    return books.known(exchange.tenant());
  }

  private static List<Map<String, @Nullable Object>> create(
      Draft change, Map<OfResource, Map<String, MetricDraft>> drafts, String creator) {
    List<Map<String, @Nullable Object>> unknown = new ArrayList<>();
    drafts.forEach((resource, missing) -> {
      if (!missing.isEmpty() && change.resource(resource.id).isEmpty()) {
        Map<String, @Nullable Object> one = new LinkedHashMap<>();
        one.put("resource_id", resource.id.toString());
        one.put("original_resource_id", resource.original);
        unknown.add(one);
      }
    });
    if (unknown.isEmpty()) {
      drafts.forEach((resource, missing) -> {
        TreeSet<String> known = new TreeSet<>(change.metricsOf(resource.id).keySet());
        missing.forEach((name, draft) -> {
          if (known.add(name)) {
            change.createMetric(draft.record(UUID.randomUUID(), creator, resource.id));
          }
        });
      });
    }
    return unknown;
  }

  private ByResource byResource(Exchange exchange) {
    byte[] body = exchange.jsonBytes();
    MeasureColumns columns = new MeasureColumns(body.length);
    Map<UUID, OfResource> resources = new LinkedHashMap<>();
    try (MeasuresParser parser = new MeasuresParser(body, clock.millis())) {
      parser.object((original, _) -> {
        UUID id = resourceId(original, exchange.caller().creator());
        Map<String, Named> ofResource = new LinkedHashMap<>();
        resources.put(id, new OfResource(id, original, ofResource));
        List<String> path = List.of(original);
        parser.members(
            path,
            (name, _) -> ofResource.put(name, named(parser, columns, List.of(original, name))));
      });
    }
    return new ByResource(columns, List.copyOf(resources.values()));
  }

  private static UUID resourceId(String original, String creator) {
    if (original.contains("/")
        || original.length() > MAX_RESOURCE_ID_LENGTH && Uuids.parse(original).isEmpty()) {
      throw ApiError.invalid(
          "extra keys not allowed @ data['" + original + "']", List.of(original));
    }
    return ResourceIds.uuid(original, creator);
  }

  /** A list of measures, or an object with one and what a new metric is to be. */
  private static Named named(MeasuresParser parser, MeasureColumns columns, List<String> path)
      throws IOException {
    Named named = new Named();
    int from = columns.size();
    if (!parser.isObject()) {
      parser.measures(path, columns);
      named.part = new Part(from, columns.size());
      return named;
    }
    boolean[] hasMeasures = new boolean[1];
    parser.members(
        path,
        (member, _) -> {
          List<String> inside = new ArrayList<>(path);
          inside.add(member);
          switch (member) {
            case "archive_policy_name" -> named.policy = parser.text(inside);
            case "unit" -> named.unit = parser.text(inside);
            case "measures" -> {
              int start = columns.size();
              parser.measures(inside, columns);
              named.part = new Part(start, columns.size());
              hasMeasures[0] = true;
            }
            default ->
                throw ApiError.invalid(
                    "extra keys not allowed @ data['" + String.join("']['", inside) + "']", inside);
          }
        });
    if (!hasMeasures[0]) {
      throw MeasuresParser.invalid("required key not provided", path);
    }
    return named;
  }
}
