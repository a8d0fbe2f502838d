package orzo.conformance.load;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import orzo.conformance.prometheus.RemoteWriteClient;
import orzo.conformance.prometheus.WriteRequestBody;

/**
 * Sends a workload over its connections, each as a Prometheus shard does: one request at a time,
 * the next when the last was acknowledged, the same bytes again when the server asks for it.
 */
final class LoadSender implements AutoCloseable {
  private static final Duration DEFAULT_RETRY_AFTER = Duration.ofMillis(500);

  private final Workload workload;
  private final double samplesPerSecond;
  private final Duration giveUpAfter;
  private final List<RemoteWriteClient> clients = new ArrayList<>();
  private final List<BodySource> sources = new ArrayList<>();
  private final ExecutorService threads;

  /**
   * Prepares a sender.
   *
   * @param samplesPerSecond the offered rate of all connections together; infinite for as fast as
   *     the server accepts
   * @param giveUpAfter how long one request is tried again
   */
  LoadSender(
      Workload workload,
      SeriesPopulation population,
      URI url,
      String tenant,
      double samplesPerSecond,
      Duration giveUpAfter) {
    this.workload = workload;
    this.samplesPerSecond = samplesPerSecond;
    this.giveUpAfter = giveUpAfter;
    for (int connection = 0; connection < workload.connections(); connection++) {
      clients.add(new RemoteWriteClient(url, tenant));
      sources.add(new BodySource(workload, population, connection));
    }
    threads = Executors.newFixedThreadPool(workload.connections());
  }

  /**
   * What became of the requests.
   *
   * @param acknowledged samples the server took
   * @param rejected samples in requests it refused for good
   * @param requests that were acknowledged
   * @param retries requests that were sent again
   * @param compressedBytes of the acknowledged requests
   * @param wall from the first request to the last answer
   * @param latenciesNanos of the acknowledged requests, ascending
   * @param firstRefusal the server's words, empty if it refused nothing
   */
  record Outcome(
      long acknowledged,
      long rejected,
      long requests,
      long retries,
      long compressedBytes,
      Duration wall,
      long[] latenciesNanos,
      String firstRefusal) {
    double samplesPerSecond() {
      return acknowledged / (wall.toNanos() / 1e9);
    }

    /** The latency below which the given share of the acknowledged requests stayed. */
    Duration latency(double share) {
      int last = latenciesNanos.length - 1;
      return last < 0
          ? Duration.ZERO
          : Duration.ofNanos(latenciesNanos[(int) Math.round(share * last)]);
    }
  }

  /** Sends what lies before a scrape, continuing where the last call ended. */
  Outcome sendBefore(int endScrape) throws IOException {
    long began = System.nanoTime();
    List<Future<Connection>> running = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Connection connection = new Connection(clients.get(i), sources.get(i), endScrape, began);
      running.add(threads.submit(connection));
    }
    List<Connection> ended = new ArrayList<>();
    for (Future<Connection> future : running) {
      ended.add(await(future));
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - began);
    return new Outcome(
        ended.stream().mapToLong(c -> c.acknowledged).sum(),
        ended.stream().mapToLong(c -> c.rejected).sum(),
        ended.stream().mapToLong(c -> c.requests).sum(),
        ended.stream().mapToLong(c -> c.retries).sum(),
        ended.stream().mapToLong(c -> c.compressedBytes).sum(),
        wall,
        ended.stream()
            .flatMapToLong(c -> Arrays.stream(c.latencies, 0, c.requests))
            .sorted()
            .toArray(),
        ended.stream().map(c -> c.firstRefusal).filter(s -> !s.isEmpty()).findFirst().orElse(""));
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause() == null ? "" : e.getCause().getMessage(), e);
    }
  }

  private final class Connection implements Callable<Connection> {
    private final RemoteWriteClient client;
    private final BodySource source;
    private final int endScrape;
    private final long began;
    private long offered;
    private long acknowledged;
    private long rejected;
    private int requests;
    private long retries;
    private long compressedBytes;
    private long[] latencies = new long[1024];
    private String firstRefusal = "";

    Connection(RemoteWriteClient client, BodySource source, int endScrape, long began) {
      this.client = client;
      this.source = source;
      this.endScrape = endScrape;
      this.began = began;
    }

    @Override
    public Connection call() throws IOException {
      while (source.hasBefore(endScrape)) {
        WriteRequestBody body = source.next(endScrape);
        byte[] compressed = body.compressed();
        awaitTurn();
        deliver(compressed, body.samples());
        offered += body.samples();
      }
      return this;
    }

    private void awaitTurn() {
      if (samplesPerSecond != Double.POSITIVE_INFINITY) {
        double share = samplesPerSecond / workload.connections();
        park(began + (long) (offered / share * 1e9) - System.nanoTime());
      }
    }

    private void deliver(byte[] compressed, int samples) throws IOException {
      long first = System.nanoTime();
      while (true) {
        long sent = System.nanoTime();
        Duration pause = DEFAULT_RETRY_AFTER;
        String trouble;
        try {
          RemoteWriteClient.Reply reply = client.send(compressed);
          if (reply.isSuccess()) {
            acknowledge(compressed, samples, System.nanoTime() - sent);
            return;
          }
          trouble = "HTTP " + reply.status() + ": " + reply.text();
          if (!reply.isRetryable()) {
            rejected += samples;
            firstRefusal = firstRefusal.isEmpty() ? trouble : firstRefusal;
            return;
          }
          pause = reply.retryAfter().orElse(pause);
        } catch (IOException e) {
          trouble = e.toString();
        }
        if (System.nanoTime() - first > giveUpAfter.toNanos()) {
          throw new IOException("gave up after " + giveUpAfter + " of retries: " + trouble);
        }
        retries++;
        park(pause.toNanos());
      }
    }

    private void acknowledge(byte[] compressed, int samples, long latencyNanos) {
      acknowledged += samples;
      compressedBytes += compressed.length;
      if (requests == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * requests);
      }
      latencies[requests++] = latencyNanos;
    }
  }

  /** Waits; unlike a sleep it may return early only by interruption. */
  private static void park(long nanos) {
    long deadline = System.nanoTime() + nanos;
    for (long left = nanos; left > 0 && !Thread.currentThread().isInterrupted(); ) {
      LockSupport.parkNanos(left);
      left = deadline - System.nanoTime();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    clients.forEach(RemoteWriteClient::close);
    threads.close();
  }
}
