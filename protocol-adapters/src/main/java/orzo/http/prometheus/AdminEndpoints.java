package orzo.http.prometheus;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import orzo.http.FormParameters;
import orzo.index.Matcher;

/**
 * {@code admin/tsdb/…}. Series are deleted as a whole: samples are kept in splits of hours, from
 * which aggregates were made, and a part of them cannot be taken out of these.
 */
final class AdminEndpoints {
  private final ApiBackend.Removal removal;
  private final Function<FormParameters, List<List<Matcher>>> selectors;
  private final ApiSettings settings;
  private final QueryGate gate;
  private final InstantSource clock;

  AdminEndpoints(
      ApiBackend.Removal removal,
      Function<FormParameters, List<List<Matcher>>> selectors,
      ApiSettings settings,
      QueryGate gate,
      InstantSource clock) {
    this.removal = removal;
    this.selectors = selectors;
    this.settings = settings;
    this.gate = gate;
    this.clock = clock;
  }

  Reply deleteSeries(ApiRequest request) {
    requireAdmin();
    FormParameters parameters = request.parameters();
    if (parameters.all("match[]").isEmpty()) {
      throw new ApiException(ApiException.Type.BAD_DATA, "no match[] parameter provided");
    }
    Instant start = ParameterValues.time(parameters, "start", ParameterValues.MIN_TIME);
    Instant end = ParameterValues.time(parameters, "end", ParameterValues.MAX_TIME);
    List<List<Matcher>> wanted;
    try {
      wanted = selectors.apply(parameters);
    } catch (ApiException e) {
      throw ApiException.invalidParameter("match[]", String.valueOf(e.getMessage()));
    }
    requireAllTime(start, end);
    long _ =
        gate.pass(
            "delete_series",
            settings.limits().timeout(),
            _ -> removal.delete(request.tenant(), wanted));
    return new Reply.Nothing();
  }

  /** From 1970, or earlier, until now, or later. */
  private void requireAllTime(Instant start, Instant end) {
    if (start.isAfter(Instant.EPOCH) || end.isBefore(clock.instant())) {
      throw new ApiException(
          ApiException.Type.EXECUTION,
          "series are deleted with all their samples, not from "
              + start
              + " to "
              + end
              + " (expected: no start, or one not after 1970; no end, or one not in the past)");
    }
  }

  /** What is deleted is removed in the background, within minutes, whoever asks for it. */
  Reply cleanTombstones(ApiRequest request) {
    requireAdmin();
    return new Reply.Nothing();
  }

  Reply snapshot(ApiRequest request) {
    requireAdmin();
    throw new ApiException(
        ApiException.Type.EXECUTION,
        "there are no snapshots: everything is in Redis, which makes them by its own means");
  }

  private void requireAdmin() {
    if (!settings.admin()) {
      throw new ApiException(ApiException.Type.FORBIDDEN, "admin APIs disabled");
    }
  }
}
