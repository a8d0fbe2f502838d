package orzo.remotewrite;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;
import orzo.remotewrite.WriteReply.Written;
import orzo.storage.GatewayException;
import orzo.wire.ByteBudget;
import orzo.wire.SnappyBlock;

/**
 * Takes remote-write requests from the HTTP front ends: decompresses, decodes, resolves series,
 * appends, and says how to answer. One serves all front ends of a gateway. Safe for many threads.
 *
 * <p>The calling thread, an event loop, decodes; it never waits. A request with series or metadata
 * that were not seen before, or with exemplars, goes on in a virtual thread, which stores them.
 * Either way the reply comes when storage has acknowledged the samples.
 *
 * <p>A request that can't be decoded stores nothing. In one that can, series that may not be stored
 * cost the others nothing: these are stored first, then the reply names the first that was not.
 */
public final class RemoteWriteReceiver {
  private static final Logger log = LoggerFactory.getLogger(RemoteWriteReceiver.class);
  private static final Protocol PROTOCOL = Protocol.REMOTE_WRITE;

  /** Idle decoders and requests to keep; more than this many at once are short-lived objects. */
  private static final int MAX_IDLE = 64;

  private final Intake intake;
  private final IntakeCounters counters;
  private final SeriesCache cache;
  private final MetadataCache metadataCache;
  private final RemoteWriteLimits limits;
  private final LabelResources resources;
  private final ByteBudget budget;
  private final BufferPool bodies = new BufferPool(64 << 10, 1 << 20, 32 << 20);
  private final BufferPool decompressed = new BufferPool(1 << 20, 4 << 20, 32 << 20);
  private final ArrayDeque<WriteRequestDecoder> idleDecoders = new ArrayDeque<>(); // guarded by it
  private final ArrayDeque<WriteRequest2Decoder> idleDecoders2 =
      new ArrayDeque<>(); // guarded by it
  private final ArrayDeque<DecodedWrite> idleWrites = new ArrayDeque<>(); // guarded by it

  /**
   * Creates a receiver.
   *
   * @param cache of remote-write series, for this receiver alone
   * @param resources which resource new series belong to
   * @param seed for hashing what clients choose; not to be known outside the process
   */
  public RemoteWriteReceiver(
      Intake intake,
      IntakeCounters counters,
      SeriesCache cache,
      RemoteWriteLimits limits,
      LabelResources resources,
      long seed) {
    this.intake = intake;
    this.counters = counters;
    this.cache = cache;
    this.metadataCache = new MetadataCache(seed);
    this.limits = limits;
    this.resources = resources;
    this.budget = new ByteBudget(limits.inFlightBytes());
  }

  /** How many bytes requests hold at the moment. */
  public long inFlightBytes() {
    return budget.reserved();
  }

  RemoteWriteLimits limits() {
    return limits;
  }

  ByteBudget budget() {
    return budget;
  }

  BufferPool bodies() {
    return bodies;
  }

  /**
   * Takes a remote-write 1.0 request whose body is complete.
   *
   * @param body compressed; may be used again once this returns
   * @param length how much of the array is the body
   * @return completes, always normally, with how to answer
   */
  public CompletionStage<WriteReply> receive(Tenant tenant, byte[] body, int length) {
    return receive(tenant, WriteProtocol.V1, body, length);
  }

  /**
   * Takes a request whose body is complete.
   *
   * @param protocol what the body is
   * @param body compressed; may be used again once this returns
   * @param length how much of the array is the body
   * @return completes, always normally, with how to answer
   */
  CompletionStage<WriteReply> receive(
      Tenant tenant, WriteProtocol protocol, byte[] body, int length) {
    DecodedWrite write = takeWrite();
    write.protocol = protocol;
    CompletionStage<WriteReply> reply = receive(tenant, body, length, write);
    return switch (protocol) {
      case V1 -> reply;
      // What it is not told to be stored a sender must take for lost.
      case V2 -> reply.thenApply(one -> one.written() == null ? one.with(Written.NOTHING) : one);
    };
  }

  private CompletionStage<WriteReply> receive(
      Tenant tenant, byte[] body, int length, DecodedWrite write) {
    WriteReply refusal = decode(tenant, body, length, write);
    if (refusal != null) {
      give(write);
      return CompletableFuture.completedFuture(refuse(refusal));
    }
    counters.received(PROTOCOL, write.received());
    counters.rejected(PROTOCOL, Rejection.INVALID_HISTOGRAM, write.invalidHistograms);
    long reservedBytes = write.retainedBytes();
    if (!budget.tryReserve(reservedBytes)) {
      counters.rejected(PROTOCOL, Rejection.OVERLOADED, write.received() - write.invalidHistograms);
      give(write);
      return CompletableFuture.completedFuture(noMemory());
    }
    PendingWrite pending =
        new PendingWrite(tenant, write, limits, resources, intake, counters, cache, metadataCache);
    CompletableFuture<WriteReply> reply = new CompletableFuture<>();
    if (write.newSeries > 0 || !write.metadata.isEmpty() || !write.exemplars.isEmpty()) {
      Thread.ofVirtual()
          .name("remote-write")
          .start(() -> registerAndAppend(pending, reply, reservedBytes));
    } else {
      append(pending, reply, reservedBytes);
    }
    return reply;
  }

  /** Counts a request that is refused before its samples are known. */
  WriteReply refuse(WriteReply refusal) {
    counters.received(PROTOCOL, 1);
    counters.rejected(PROTOCOL, refusal.reason(), 1);
    return refusal;
  }

  /**
   * The refusal of every request that comes now, because its samples would not be taken; null when
   * they would.
   */
  @Nullable WriteReply putOff() {
    return switch (intake.admission()) {
      case ACCEPTING -> null;
      case BACKLOG_FULL ->
          WriteReply.noRoom(
              Rejection.BACKLOG_FULL, "remote write: the backlog is full; try again later");
      case STORAGE_FULL ->
          WriteReply.noRoom(
              Rejection.STORAGE_FULL, "remote write: storage is full; try again later");
    };
  }

  private Rejection roomMissing() {
    return switch (intake.admission()) {
      case ACCEPTING -> Rejection.OVERLOADED;
      case BACKLOG_FULL -> Rejection.BACKLOG_FULL;
      case STORAGE_FULL -> Rejection.STORAGE_FULL;
    };
  }

  /** The refusal of a request for which there is no memory left. */
  WriteReply noMemory() {
    return WriteReply.noRoom(
        Rejection.OVERLOADED,
        "remote write: requests hold " + limits.inFlightBytes() + " bytes already; try again");
  }

  /** The refusal of a request that does not arrive in time. */
  WriteReply tooSlow() {
    return WriteReply.timeout(
        "remote write: request was not complete after "
            + limits.requestTimeout().toMillis()
            + " ms");
  }

  /** The refusal of a body that is over its limit. */
  WriteReply tooLarge() {
    return WriteReply.tooLarge(
        "remote write: body is longer than "
            + limits.compressedBytes()
            + " bytes; send less at once");
  }

  private @Nullable WriteReply decode(Tenant tenant, byte[] body, int length, DecodedWrite into) {
    try {
      long declared = SnappyBlock.declaredLength("remote write", body, length);
      if (declared > limits.decompressedBytes()) {
        return WriteReply.tooLarge(
            "remote write: body decompresses to "
                + declared
                + " bytes (expected: at most "
                + limits.decompressedBytes()
                + "); send less at once");
      }
      byte[] plain = decompressed.take((int) declared);
      try {
        SnappyBlock.decompress("remote write", body, length, plain);
        switch (into.protocol) {
          case V1 -> decode1(tenant, plain, (int) declared, into);
          case V2 -> decode2(tenant, plain, (int) declared, into);
        }
      } finally {
        decompressed.give(plain);
      }
      return null;
    } catch (GatewayException e) {
      return switch (e.kind()) {
        case MALFORMED -> WriteReply.bad(message(e));
        case LIMIT -> WriteReply.tooLarge(message(e));
        case UNAVAILABLE, CORRUPT -> WriteReply.failed(message(e));
      };
    }
  }

  private void registerAndAppend(
      PendingWrite pending, CompletableFuture<WriteReply> reply, long reservedBytes) {
    try {
      pending.describe();
      pending.register();
      pending.keepExemplars();
    } catch (Throwable e) { // the top of a thread: whatever it is, the sender gets an answer
      finish(pending, reply, reservedBytes, e);
      return;
    }
    append(pending, reply, reservedBytes);
  }

  private void append(
      PendingWrite pending, CompletableFuture<WriteReply> reply, long reservedBytes) {
    if (pending.batch().size() == 0) {
      finish(pending, reply, reservedBytes, null);
      return;
    }
    CompletionStage<Void> appended;
    try {
      appended = intake.append(pending.batch());
    } catch (RuntimeException e) {
      finish(pending, reply, reservedBytes, e);
      return;
    }
    var _ = appended.whenComplete((_, failure) -> finish(pending, reply, reservedBytes, failure));
  }

  private void finish(
      PendingWrite pending,
      CompletableFuture<WriteReply> reply,
      long reservedBytes,
      @Nullable Throwable failure) {
    WriteReply answer;
    if (failure == null) {
      counters.accepted(PROTOCOL, pending.valid());
      answer = pending.reply();
    } else {
      answer = replyTo(failure);
      counters.rejected(PROTOCOL, answer.reason(), pending.valid());
    }
    give(pending.write());
    budget.release(reservedBytes);
    reply.complete(answer);
  }

  private WriteReply replyTo(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof GatewayException e) {
      return switch (e.kind()) {
        case MALFORMED -> WriteReply.bad(message(e));
        case LIMIT -> WriteReply.noRoom(roomMissing(), message(e));
        case UNAVAILABLE -> WriteReply.unavailable(message(e));
        case CORRUPT -> {
          log.error("remote write failed", e);
          yield WriteReply.failed(message(e));
        }
      };
    }
    log.error("remote write failed", cause);
    return WriteReply.failed("remote write: internal error, see the gateway's log");
  }

  private static String message(GatewayException e) {
    return String.valueOf(e.getMessage());
  }

  private void decode1(Tenant tenant, byte[] message, int length, DecodedWrite into) {
    WriteRequestDecoder decoder =
        take(idleDecoders, () -> new WriteRequestDecoder(cache, metadataCache, limits.samples()));
    try {
      decoder.decode(tenant, message, length, into);
    } finally {
      give(decoder, idleDecoders);
    }
  }

  private void decode2(Tenant tenant, byte[] message, int length, DecodedWrite into) {
    WriteRequest2Decoder decoder =
        take(idleDecoders2, () -> new WriteRequest2Decoder(cache, metadataCache, limits.samples()));
    try {
      decoder.decode(tenant, message, length, into);
    } finally {
      give(decoder, idleDecoders2);
    }
  }

  private static <T> T take(ArrayDeque<T> idle, Supplier<T> maker) {
    synchronized (idle) {
      T one = idle.pollFirst();
      if (one != null) {
        return one;
      }
    }
    return maker.get();
  }

  private static <T> void give(T one, ArrayDeque<T> idle) {
    synchronized (idle) {
      if (idle.size() < MAX_IDLE) {
        idle.addFirst(one);
      }
    }
  }

  private DecodedWrite takeWrite() {
    return take(idleWrites, () -> new DecodedWrite(DecodedWrite.TYPICAL_SAMPLES));
  }

  private void give(DecodedWrite write) {
    write.clear();
    give(write, idleWrites);
  }
}
