package orzo.read;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Reads chunks of series, one after the other, while those read before are decoded in parallel. For
 * one scan, and used by one thread.
 */
final class ParallelScan implements AutoCloseable {
  /**
   * Chunks read ahead of decoding: storage and processors are both kept busy, memory is bounded.
   */
  private static final int CHUNKS_AHEAD = 4;

  /** Some series, read and not yet decoded. */
  interface Chunk {
    /** Decodes and visits series until {@code abandoned}. */
    void decode(AtomicBoolean abandoned);
  }

  private final ExecutorService processors;
  private final Deque<Future<?>> decoding = new ArrayDeque<>();
  private final AtomicBoolean abandoned = new AtomicBoolean();

  ParallelScan(ExecutorService processors) {
    this.processors = processors;
  }

  /** Reads a chunk, and has it decoded. */
  void add(Supplier<? extends Chunk> read) {
    Chunk chunk = read.get();
    decoding.add(processors.submit(() -> chunk.decode(abandoned)));
    if (decoding.size() > CHUNKS_AHEAD) {
      await(decoding.remove());
    }
  }

  /** Waits until everything is decoded. */
  void finish() {
    while (!decoding.isEmpty()) {
      await(decoding.remove());
    }
  }

  /** After a failure nobody visits any more once this has returned. */
  @Override
  public void close() {
    abandoned.set(true);
    for (Future<?> left : decoding) {
      settle(left);
    }
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
