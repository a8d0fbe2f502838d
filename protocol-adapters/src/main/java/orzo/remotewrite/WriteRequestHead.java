package orzo.remotewrite;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;

/**
 * What a request's headers say, and whether a request with such headers is taken at all.
 *
 * @param tenant whose samples they are
 * @param protocol what the body is
 * @param refusal how to answer without looking at the body, null when the body is to be read
 */
record WriteRequestHead(Tenant tenant, WriteProtocol protocol, @Nullable WriteReply refusal) {
  static final String VERSION_HEADER = "X-Prometheus-Remote-Write-Version";

  /** The version that the specification lets a receiver name in its answers. */
  static final String VERSION = "0.1.0";

  private static final String PROTOBUF = "application/x-protobuf";

  /**
   * Judges a request by its headers, each null when it is missing. Content type and encoding may be
   * missing although the specification asks for them: Prometheus, too, reads such a request as 1.0.
   *
   * @param contentLength what the header says, negative when it is missing
   */
  static WriteRequestHead of(
      RemoteWriteReceiver receiver,
      @Nullable String tenant,
      @Nullable String contentType,
      @Nullable String contentEncoding,
      long contentLength) {
    Tenant owner = Tenant.DEFAULT;
    WriteReply refusal = null;
    WriteProtocol protocol = WriteProtocol.V1;
    try {
      if (tenant != null) {
        owner = new Tenant(tenant);
      }
    } catch (GatewayException e) {
      refusal = WriteReply.bad("remote write: " + e.getMessage());
    }
    if (refusal == null && contentType != null) {
      WriteProtocol named = protocol(contentType);
      protocol = named == null ? protocol : named;
      refusal = named == null ? refuseType(contentType) : null;
    }
    if (refusal == null
        && contentEncoding != null
        && !contentEncoding.strip().equalsIgnoreCase("snappy")) {
      refusal =
          WriteReply.unsupported(
              "remote write: Content-Encoding '" + contentEncoding + "' (expected: snappy)");
    }
    if (refusal == null && contentLength > receiver.limits().compressedBytes()) {
      refusal = receiver.tooLarge();
    }
    if (refusal == null) {
      refusal = receiver.putOff();
    }
    return new WriteRequestHead(owner, protocol, refusal);
  }

  /**
   * What a content type names, by RFC 9110, section 8.3.1, with the parameter that remote write 2.0
   * introduced; null when that is nothing known.
   */
  private static @Nullable WriteProtocol protocol(String contentType) {
    String[] parts = contentType.split(";", -1);
    if (!parts[0].strip().equalsIgnoreCase(PROTOBUF)) {
      return null;
    }
    WriteProtocol found = WriteProtocol.V1;
    for (int i = 1; i < parts.length; i++) {
      String[] parameter = parts[i].split("=", 2);
      if (parameter[0].strip().toLowerCase(Locale.ROOT).equals("proto")) {
        String message = parameter.length == 1 ? "" : unquoted(parameter[1].strip());
        found = null;
        for (WriteProtocol protocol : WriteProtocol.values()) {
          found = protocol.message().equals(message) ? protocol : found;
        }
        if (found == null) {
          return null;
        }
      }
    }
    return found;
  }

  private static WriteReply refuseType(String contentType) {
    return WriteReply.unsupported(
        "remote write: Content-Type '"
            + contentType
            + "' (expected: "
            + PROTOBUF
            + ", with proto="
            + WriteProtocol.V1.message()
            + " or proto="
            + WriteProtocol.V2.message()
            + ")");
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
