package orzo.http.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** {@code openapi.yaml}: what there is, for programs that read such descriptions. */
final class OpenApiDescription {
  private static final byte[] YAML = load();

  private OpenApiDescription() {}

  private static byte[] load() {
    try (InputStream in = OpenApiDescription.class.getResourceAsStream("openapi.yaml")) {
      if (in == null) {
        throw new IllegalStateException("openapi.yaml is not among the resources");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Reply answer(ApiRequest request) {
    return new Reply.Content(
        200,
        "application/yaml; charset=utf-8",
        Map.of("Cache-Control", "no-cache, no-store, must-revalidate"),
        true,
        out -> out.write(YAML));
  }
}
