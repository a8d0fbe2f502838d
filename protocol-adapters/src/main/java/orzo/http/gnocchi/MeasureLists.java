package orzo.http.gnocchi;

import java.nio.charset.StandardCharsets;
import java.util.List;
import orzo.encoding.ByteArrayWriter;
import orzo.gnocchi.aggregates.Aggregates.Run;
import orzo.gnocchi.operations.Sampling;

/**
 * Measures as a part of an answer: {@link JsonText} writes them straight from their arrays, each as
 * time, granularity and value.
 *
 * @param runs in the order in which they are listed
 */
record MeasureLists(List<Run> runs) {
  private static final int USUAL_ROW_BYTES = 50;
  private static final byte[] FIRST = ascii("[\"");
  private static final byte[] NEXT = ascii(", [\"");
  private static final byte[] AFTER_TIME = ascii("\", ");

  /** Keeps a copy of the list. */
  MeasureLists {
    runs = List.copyOf(runs);
  }

  void appendTo(ByteArrayWriter out) {
    TimeText times = new TimeText();
    FloatText floats = new FloatText();
    out.writeByte('[');
    byte[] begin = FIRST;
    for (Run run : runs) {
      byte[] granularity = granularity(run.sampling(), floats);
      out.reserve(run.series().size() * USUAL_ROW_BYTES);
      long[] starts = run.series().startsMillis();
      double[] values = run.series().values();
      for (int i = 0; i < starts.length; i++) {
        out.writeBytes(begin, 0, begin.length);
        begin = NEXT;
        times.append(out, starts[i]);
        out.writeBytes(granularity, 0, granularity.length);
        floats.append(out, values[i]);
        out.writeByte(']');
      }
    }
    out.writeByte(']');
  }

  /** What stands between the time and the value. */
  private static byte[] granularity(Sampling sampling, FloatText floats) {
    ByteArrayWriter text = new ByteArrayWriter(40);
    text.writeBytes(AFTER_TIME, 0, AFTER_TIME.length);
    switch (sampling) {
      case Sampling.Fixed(long millis) -> floats.append(text, millis / 1e3);
      case Sampling.Calendar calendar -> {
        byte[] symbol = ascii('"' + calendar.symbol() + '"');
        text.writeBytes(symbol, 0, symbol.length);
      }
    }
    text.writeByte(',');
    text.writeByte(' ');
    return text.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
