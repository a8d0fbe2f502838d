package orzo.http.gnocchi;

import java.util.UUID;
import java.util.function.Supplier;
import orzo.book.BookRefusal;
import orzo.book.RefusedException;

/** Refused changes of what tenants create, as Gnocchi answers them. */
final class BookRefusals {
  private BookRefusals() {}

  /** Does something, and throws what a refusal is answered with. */
  static <T> T answering(Supplier<T> change) {
    try {
      return change.get();
    } catch (RefusedException e) {
      throw error(e.refusal());
    }
  }

  static ApiError error(BookRefusal refusal) {
    return switch (refusal) {
      case BookRefusal.TypeExists(String name) ->
          ApiError.of(409, "Resource type " + name + " already exists");
      case BookRefusal.NoSuchType(String name) -> noSuchType(name);
      case BookRefusal.TypeInUse(String name) ->
          ApiError.of(400, "Resource type " + name + " is still in use");
      case BookRefusal.ResourceExists(UUID id) ->
          ApiError.of(409, "Resource " + id + " already exists");
      case BookRefusal.NoSuchResource(UUID id) -> noSuchResource(id.toString());
      case BookRefusal.NoSuchMetric(UUID id) ->
          ApiError.of(400, "Metric " + id + " does not exist");
      case BookRefusal.NamedMetricExists(String name) ->
          ApiError.of(409, "Named metric " + name + " already exists");
      case BookRefusal.TooMuch(int limit) ->
          ApiError.of(400, "More than " + limit + " things would be changed at once");
    };
  }

  static ApiError noSuchType(String name) {
    return ApiError.of(404, "Resource type " + name + " does not exist");
  }

  static ApiError noSuchResource(String id) {
    return ApiError.of(404, "Resource " + id + " does not exist");
  }
}
