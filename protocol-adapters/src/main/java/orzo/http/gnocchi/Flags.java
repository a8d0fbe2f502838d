package orzo.http.gnocchi;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import orzo.http.FormParameters;

/** Parameters that are true or false, written as OpenStack's services read them. */
final class Flags {
  private static final Set<String> TRUE = Set.of("1", "t", "true", "on", "y", "yes");
  private static final Set<String> FALSE = Set.of("0", "f", "false", "off", "n", "no");

  private Flags() {}

  /** Whether a parameter says yes; it says no where it is missing. */
  static boolean of(FormParameters parameters, String name) {
    return of(parameters, name, false);
  }

  /** Whether a parameter says yes, or what counts where it is missing. */
  static boolean of(FormParameters parameters, String name, boolean otherwise) {
    List<String> stated = parameters.all(name);
    if (stated.isEmpty()) {
      return otherwise;
    }
    String text = stated.getLast().strip().toLowerCase(Locale.ROOT);
    if (!TRUE.contains(text) && !FALSE.contains(text)) {
      throw ApiError.of(
          400,
          "Unable to parse `"
              + name
              + "': Unrecognized value '"
              + stated.getLast()
              + "', acceptable values are: '0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't',"
              + " 'true', 'y', 'yes'");
    }
    return TRUE.contains(text);
  }
}
