package orzo.http.gnocchi;

import java.util.List;
import orzo.gnocchi.aggregates.Aggregates.Run;
import orzo.gnocchi.operations.Sampling;

/**
 * Measures as a part of an answer: {@link JsonText} writes them straight from their arrays, each as
 * time, granularity and value.
 *
 * @param runs in the order in which they are listed
 */
record MeasureLists(List<Run> runs) {
  /** Keeps a copy of the list. */
  MeasureLists {
    runs = List.copyOf(runs);
  }

  void appendTo(StringBuilder text) {
    TimeText times = new TimeText();
    FloatText floats = new FloatText();
    text.append('[');
    boolean first = true;
    for (Run run : runs) {
      String granularity = granularity(run.sampling(), floats);
      for (int i = 0; i < run.series().size(); i++) {
        text.append(first ? "[\"" : ", [\"");
        first = false;
        times.append(text, run.series().startsMillis()[i]);
        text.append(granularity);
        floats.append(text, run.series().values()[i]);
        text.append(']');
      }
    }
    text.append(']');
  }

  /** What stands between the time and the value. */
  private static String granularity(Sampling sampling, FloatText floats) {
    StringBuilder text = new StringBuilder("\", ");
    switch (sampling) {
      case Sampling.Fixed(long millis) -> floats.append(text, millis / 1e3);
      case Sampling.Calendar calendar -> text.append('"').append(calendar.symbol()).append('"');
    }
    return text.append(", ").toString();
  }
}
