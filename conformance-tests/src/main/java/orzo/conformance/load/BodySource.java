package orzo.conformance.load;

import orzo.conformance.prometheus.WriteRequestBody;

/**
 * The bodies one connection sends, in order: its share of the series scrape by scrape, cut into
 * requests. One thread at a time.
 */
final class BodySource {
  private final Workload workload;
  private final SeriesPopulation population;
  private final int first;
  private final int end;
  private final long[] states;
  private final long[] speeds;
  private final WriteRequestBody body = new WriteRequestBody();
  private int scrape;
  private int position;

  BodySource(Workload workload, SeriesPopulation population, int connection) {
    this(
        workload,
        population,
        workload.firstSeries(connection),
        workload.firstSeries(connection + 1));
  }

  BodySource(Workload workload, SeriesPopulation population, int first, int end) {
    this.workload = workload;
    this.population = population;
    this.first = first;
    this.end = end;
    states = new long[end - first];
    speeds = new long[end - first];
    for (int series = first; series < end; series++) {
      states[series - first] = population.firstState(series, workload);
      speeds[series - first] = population.speed(series, workload);
    }
    scrape = -workload.warmUpScrapes();
    position = first;
  }

  /** Whether samples before the given scrape are left. */
  boolean hasBefore(int endScrape) {
    return scrape < endScrape;
  }

  /**
   * The next body, which ends before {@code endScrape} even if it is not full; valid until the next
   * call.
   */
  WriteRequestBody next(int endScrape) {
    body.clear();
    while (scrape < endScrape && body.samples() < workload.samplesPerBody()) {
      int host = population.host(position);
      long timestamp = workload.timestampMillis(host, scrape);
      body.add(population.encodedLabels(position), timestamp, step(position));
      if (++position == end) {
        position = first;
        scrape++;
      }
    }
    return body;
  }

  private double step(int series) {
    int index = series - first;
    ValueModel model = population.model(series);
    states[index] = model.next(states[index], workload.random(series, scrape), speeds[index]);
    return model.value(states[index]);
  }

  /** All values of one series, warm-up first: what the server must have in the end. */
  static double[] values(Workload workload, SeriesPopulation population, int series) {
    BodySource source = new BodySource(workload, population, series, series + 1);
    double[] values = new double[workload.warmUpScrapes() + workload.scrapes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = source.step(series);
      source.scrape++;
    }
    return values;
  }
}
