package orzo.conformance.gnocchi;

import java.net.URI;
import orzo.conformance.load.CpuMeter;

/** The server that is measured. */
interface MeasuredServer extends AutoCloseable {
  /** Where its API is. */
  URI url();

  /** The CPU time of its processes. */
  CpuMeter meter();

  /** The Redis that has its data. */
  RedisServer redis();

  /** Waits until all measures that were accepted are aggregates in storage. */
  void awaitProcessed();

  /** Stops what this tool started. */
  @Override
  void close();
}
