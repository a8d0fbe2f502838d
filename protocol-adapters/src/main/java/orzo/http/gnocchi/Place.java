package orzo.http.gnocchi;

import java.util.ArrayList;
import java.util.List;

/**
 * A place in the JSON of a request, and how its errors are worded: as the library words them that
 * Gnocchi checks with (voluptuous), which its clients may look for.
 */
final class Place {
  /** The whole body. */
  static final Place BODY = new Place(List.of(), false);

  private final List<Object> path; // names of members, and positions in lists
  private final boolean isMember;

  private Place(List<Object> path, boolean isMember) {
    this.path = path;
    this.isMember = isMember;
  }

  /** A member of the object that is here. */
  Place member(String name) {
    return inner(name, true);
  }

  /** An element of the list that is here. */
  Place element(int position) {
    return inner(position, false);
  }

  private Place inner(Object step, boolean member) {
    List<Object> steps = new ArrayList<>(path);
    steps.add(step);
    return new Place(List.copyOf(steps), member);
  }

  /** What is wrong with the value that is here. */
  ApiError wrong(String reason) {
    return error(isMember ? reason + " for dictionary value" : reason);
  }

  /** What is wrong with the name of the member that is here. */
  ApiError wrongName(String reason) {
    return error(reason);
  }

  private ApiError error(String reason) {
    StringBuilder text = new StringBuilder(reason);
    if (!path.isEmpty()) {
      text.append(" @ data");
      for (Object step : path) {
        text.append('[').append(step instanceof String name ? "'" + name + "'" : step).append(']');
      }
    }
    return ApiError.invalid(text.toString(), path.stream().map(Object::toString).toList());
  }
}
