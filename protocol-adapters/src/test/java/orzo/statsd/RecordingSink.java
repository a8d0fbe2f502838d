package orzo.statsd;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes down what lines say. */
final class RecordingSink implements LineSink {
  final List<String> said = new ArrayList<>();
  private String series = "";

  /** What a packet says, without the lines themselves. */
  static List<String> read(Set<Dialect> dialects, byte[] packet) {
    RecordingSink sink = new RecordingSink();
    new LineParser(dialects, sink).parse(packet, 0, packet.length);
    return sink.said;
  }

  static List<String> read(Set<Dialect> dialects, String packet) {
    return read(dialects, packet.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes, int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  private void say(String what, double value) {
    said.add(series + " " + what + " " + JsNumber.text(value));
  }

  @Override
  public void line() {}

  @Override
  public void series(byte[] bytes, int nameStart, int nameEnd, int tagsStart, int tagsEnd) {
    String tags = text(bytes, tagsStart, tagsEnd);
    series = text(bytes, nameStart, nameEnd) + (tags.isEmpty() ? "" : "#" + tags);
  }

  @Override
  public void count(double value, double weight) {
    say("count", value * weight);
  }

  @Override
  public void gauge(double value, boolean signed) {
    say(signed ? "change" : "gauge", value);
  }

  @Override
  public void observe(double value, double weight) {
    say("observe", value);
    if (weight != 1) {
      said.add("weight " + JsNumber.text(weight));
    }
  }

  @Override
  public void member(byte[] bytes, int start, int end) {
    said.add(series + " member " + text(bytes, start, end));
  }

  @Override
  public void countAt(double value, long seconds) {
    say("count at " + seconds, value);
  }

  @Override
  public void gaugeAt(double value, long seconds) {
    say("gauge at " + seconds, value);
  }

  @Override
  public void event() {
    said.add("event");
  }

  @Override
  public void serviceCheck() {
    said.add("service check");
  }

  @Override
  public void fault(LineFault fault) {
    said.add(fault.label());
  }
}
