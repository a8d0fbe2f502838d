package orzo.federate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import orzo.histogram.Buckets;
import orzo.histogram.NativeHistogram;
import orzo.metric.Labels;
import orzo.promql.exec.math.GoNumbers;

/**
 * Writes Prometheus's text format. A native histogram with custom bounds becomes a classic one;
 * others have no form here.
 */
final class TextExposition {
  private final NameEscaping escaping;
  private final OutputStream out;
  private final StringBuilder text = new StringBuilder();

  TextExposition(NameEscaping escaping, OutputStream out) {
    this.escaping = escaping;
    this.out = out;
  }

  void write(List<FederatedSample> samples) throws IOException {
    String family = "";
    FederatedSample.Type type = FederatedSample.Type.UNTYPED;
    for (FederatedSample sample : samples) {
      NativeHistogram histogram = sample.histogram();
      if (sample.name().isEmpty() || histogram != null && !histogram.hasCustomBuckets()) {
        continue;
      }
      if (!sample.name().equals(family) || sample.type() != type) {
        family = sample.name();
        type = sample.type();
        text.append("# TYPE ");
        name(escaping.escape(family));
        text.append(histogram == null ? " untyped\n" : " histogram\n");
      }
      if (histogram == null) {
        line(sample, "", "", sample.value());
      } else {
        lines(sample, histogram);
      }
      if (text.length() > 1 << 14) {
        drain();
      }
    }
    drain();
  }

  private void drain() throws IOException {
    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    text.setLength(0);
  }

  private void lines(FederatedSample sample, NativeHistogram histogram) {
    Buckets buckets = histogram.positive();
    double below = 0;
    int next = 0;
    for (int bound = 0; bound < histogram.boundCount(); bound++) {
      if (next < buckets.size() && buckets.index(next) == bound) {
        below += buckets.count(next++);
      }
      line(sample, "_bucket", number(histogram.bound(bound)), below);
    }
    line(sample, "_bucket", "+Inf", histogram.count());
    line(sample, "_sum", "", histogram.sum());
    line(sample, "_count", "", histogram.count());
  }

  private void line(FederatedSample sample, String suffix, String bound, double value) {
    Labels labels = sample.labels();
    String family = escaping.escape(sample.name()) + suffix;
    boolean plain = NameEscaping.isPlain(family);
    if (plain) {
      text.append(family).append('{');
    } else {
      text.append('{');
      name(family);
      text.append(',');
    }
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.name(i).equals(Labels.NAME)) {
        label(escaping.escape(labels.name(i)), labels.value(i));
      }
    }
    if (!labels.contains("instance")) {
      label("instance", ""); // so that the one of the scraped target does not take its place
    }
    if (!bound.isEmpty()) {
      label("le", bound);
    }
    text.setCharAt(text.length() - 1, '}');
    text.append(' ').append(number(value)).append(' ').append(sample.timestampMillis());
    text.append('\n');
  }

  private void label(String name, String value) {
    name(name);
    text.append("=\"");
    escaped(value);
    text.append("\",");
  }

  private void name(String name) {
    if (NameEscaping.isPlain(name)) {
      text.append(name);
    } else {
      text.append('"');
      escaped(name);
      text.append('"');
    }
  }

  private void escaped(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '"' -> text.append("\\\"");
        default -> text.append(c);
      }
    }
  }

  private static String number(double value) {
    return value == 0 ? "0" : GoNumbers.general(value); // minus zero loses its sign there, too
  }
}
