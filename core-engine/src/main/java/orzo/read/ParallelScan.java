package orzo.read;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Reads chunks of series, several at a time because sacks answer independently, while those read
 * before are decoded in parallel. For one scan, and used by one thread.
 */
final class ParallelScan implements AutoCloseable {
  /**
   * Chunks that are being read or decoded: storage and processors are both kept busy, memory is
   * bounded.
   */
  private static final int CHUNKS_UNDER_WAY = 16;

  private final ExecutorService processors;
  private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<Future<?>> underWay = new ArrayDeque<>();
  private final AtomicBoolean abandoned = new AtomicBoolean();

  ParallelScan(ExecutorService processors) {
    this.processors = processors;
  }

  /** Has a chunk read, and then decoded. */
  void add(Supplier<? extends Chunk> read) {
    if (underWay.size() == CHUNKS_UNDER_WAY) {
      await(underWay.remove());
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    underWay.add(done);
    readers.execute(
        completing(
            done,
            () -> {
              if (abandoned.get()) {
                done.complete(null);
              } else {
                Chunk chunk = read.get();
                processors.execute(
                    completing(
                        done,
                        () -> {
                          chunk.decode(new Scratch(), abandoned);
                          done.complete(null);
                        }));
              }
            }));
  }

  /** Does some work; its failure completes the future. */
  private static Runnable completing(CompletableFuture<Void> done, Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        done.completeExceptionally(e);
      }
    };
  }

  /** Waits until everything is decoded. */
  void finish() {
    while (!underWay.isEmpty()) {
      await(underWay.remove());
    }
  }

  /** After a failure nobody visits any more once this has returned. */
  @Override
  public void close() {
    abandoned.set(true);
    for (Future<?> left : underWay) {
      settle(left);
    }
    readers.shutdown();
  }

  private static void await(Future<?> task) {
    try {
      task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("decoding failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayException(Kind.UNAVAILABLE, "query: interrupted", e);
    }
  }

  /** Waits for a task's end; its outcome no longer matters. */
  private static void settle(Future<?> task) {
    boolean interrupted = false;
    while (!task.isDone()) {
      try {
        task.get();
      } catch (ExecutionException ignored) {
        // an earlier failure is being thrown
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
