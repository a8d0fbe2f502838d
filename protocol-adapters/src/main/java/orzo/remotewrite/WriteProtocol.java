package orzo.remotewrite;

/** The versions of remote write, by the protobuf message that a body is. */
enum WriteProtocol {
  /** Remote write 1.0. */
  V1("prometheus.WriteRequest"),
  /** Remote write 2.0. */
  V2("io.prometheus.write.v2.Request");

  private final String message;

  WriteProtocol(String message) {
    this.message = message;
  }

  /** The message's full name, as content types have it. */
  String message() {
    return message;
  }
}
