package orzo.http.gnocchi;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import orzo.storage.GatewayException;
import orzo.storage.Kind;
import orzo.wire.ByteBudget;

/**
 * The body of a request as it comes, within its own limit and within what the bodies of all
 * requests may hold together. For one thread at a time: the event loop, then the one that answers.
 */
final class ReceivedBody {
  /** The chunks as they came, the array that they are put together in, and what is read of it. */
  private static final int COPIES = 3;

  private final int limit;
  private final ByteBudget budget;
  private final List<Buffer> chunks = new ArrayList<>(); // put together once, if at all
  private int length;
  private long reserved;
  private boolean isTooLarge;
  private boolean isOverloaded;
  private boolean isComplete;

  /**
   * Creates an empty one.
   *
   * @param limit how many bytes it may have
   * @param budget what all of them together may hold
   */
  ReceivedBody(int limit, ByteBudget budget) {
    this.limit = limit;
    this.budget = budget;
  }

  /** Takes what comes next; of a body that is refused nothing is kept, but it is read. */
  void add(Buffer chunk) {
    if (isTooLarge || isOverloaded) {
      return;
    }
    long cost = (long) COPIES * chunk.length();
    isTooLarge = length + chunk.length() > limit;
    isOverloaded = !isTooLarge && !budget.tryReserve(cost);
    if (isTooLarge || isOverloaded) {
      release();
      return;
    }
    reserved += cost;
    chunks.add(chunk);
    length += chunk.length();
  }

  /** Nothing more comes: from here on it is of the thread that answers. */
  void complete() {
    isComplete = true;
  }

  /** The connection broke; gives back what it holds, unless somebody else will. */
  void abandon() {
    if (!isComplete) {
      release();
    }
  }

  /** Gives back what it holds of the budget; to be called when nothing of it is needed any more. */
  void release() {
    chunks.clear();
    budget.release(reserved);
    reserved = 0;
  }

  /**
   * How many bytes it has.
   *
   * @throws ApiError 413 if these are more than it may have
   * @throws GatewayException {@link Kind#LIMIT} if there was no room for them
   */
  int length() {
    if (isTooLarge) {
      throw ApiError.of(413, "a body of more than " + limit + " bytes");
    }
    if (isOverloaded) {
      throw new GatewayException(
          Kind.LIMIT,
          "the bodies of all requests hold "
              + budget.reserved()
              + " bytes already; try again later");
    }
    return length;
  }

  /** All of its bytes, a new array; throws what {@link #length} throws. */
  byte[] bytes() {
    byte[] bytes = new byte[length()];
    int at = 0;
    for (Buffer chunk : chunks) {
      chunk.getBytes(bytes, at);
      at += chunk.length();
    }
    return bytes;
  }
}
