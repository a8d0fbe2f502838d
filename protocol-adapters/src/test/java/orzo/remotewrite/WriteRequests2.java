package orzo.remotewrite;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import orzo.remotewrite.oracle2.Exemplar2;
import orzo.remotewrite.oracle2.Metadata2;
import orzo.remotewrite.oracle2.Request;
import orzo.remotewrite.oracle2.Sample2;
import orzo.remotewrite.oracle2.TimeSeries2;

/** Makes remote-write 2.0 requests with the generated protobuf classes. */
final class WriteRequests2 {
  private final Request.Builder request = Request.newBuilder().addSymbols("");
  private final Map<String, Integer> symbols = new HashMap<>(Map.of("", 0));

  /** The reference of a symbol, which is added to the table if it is new. */
  int symbol(String text) {
    return symbols.computeIfAbsent(
        text,
        added -> {
          request.addSymbols(added);
          return request.getSymbolsCount() - 1;
        });
  }

  /** A series of alternating label names and values, to be {@link #add added}. */
  TimeSeries2.Builder series(String... labels) {
    TimeSeries2.Builder series = TimeSeries2.newBuilder();
    for (String text : labels) {
      series.addLabelsRefs(symbol(text));
    }
    return series;
  }

  /** A sample; start timestamp 0 is none. */
  static Sample2 sample(long timestampMillis, double value, long startMillis) {
    return Sample2.newBuilder()
        .setTimestamp(timestampMillis)
        .setValue(value)
        .setStartTimestamp(startMillis)
        .build();
  }

  /** What a sender states about a series. */
  Metadata2 metadata(int type, String help, String unit) {
    return Metadata2.newBuilder()
        .setType(type)
        .setHelpRef(symbol(help))
        .setUnitRef(symbol(unit))
        .build();
  }

  /** Adds series. */
  WriteRequests2 add(TimeSeries2.Builder... series) {
    for (TimeSeries2.Builder one : series) {
      request.addTimeseries(one);
    }
    return this;
  }

  /** The request. */
  Request build() {
    return request.build();
  }

  /** A request all of which may be stored, symbols in another order than in others. */
  static Request random(Random random) {
    WriteRequests2 requests = new WriteRequests2();
    for (int i = random.nextInt(4); i > 0; i--) {
      requests.symbol("unused" + random.nextInt(100));
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      List<String> labels = new ArrayList<>(List.of("__name__", "metric_" + random.nextInt(6)));
      for (int k = random.nextInt(4); k > 0; k--) {
        labels.add("größe" + k);
        labels.add(random.nextInt(5) == 0 ? "" : "v" + random.nextInt(3));
      }
      TimeSeries2.Builder series = requests.series(labels.toArray(String[]::new));
      for (int k = random.nextInt(4); k > 0; k--) {
        series.addSamples(
            sample(
                random.nextLong(1L << 42),
                random.nextInt(1000) / 8.0,
                random.nextBoolean() ? 0 : random.nextLong(1L << 42)));
      }
      for (int k = random.nextInt(4) - 1; k > 0; k--) {
        series.addHistograms(HistogramMessages.random(random));
      }
      if (random.nextInt(4) == 0) {
        series.setCreatedTimestamp(1 + random.nextInt(1000));
      }
      if (random.nextInt(3) == 0) {
        series.setMetadata(
            requests.metadata(random.nextInt(9), "help " + random.nextInt(3), "seconds"));
      }
      if (random.nextInt(5) == 0) {
        series.addExemplars(
            Exemplar2.newBuilder()
                .addLabelsRefs(requests.symbol("trace_id"))
                .addLabelsRefs(requests.symbol("t" + i))
                .setValue(1)
                .setTimestamp(2));
      }
      requests.add(series);
    }
    return requests.build();
  }
}
