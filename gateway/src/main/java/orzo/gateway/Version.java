package orzo.gateway;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** Which build this is. */
final class Version implements IVersionProvider {
  /** The version that the jar's manifest names; {@code development} outside of a jar. */
  static String number() {
    return Objects.requireNonNullElse(
        Version.class.getPackage().getImplementationVersion(), "development");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "orzo " + number(),
      "Java %s, %s"
          .formatted(System.getProperty("java.runtime.version"), System.getProperty("java.vendor"))
    };
  }
}
