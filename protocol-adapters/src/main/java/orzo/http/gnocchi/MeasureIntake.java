package orzo.http.gnocchi;

import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import orzo.intake.Intake;
import orzo.intake.IntakeCounters;
import orzo.intake.Protocol;
import orzo.intake.Rejection;
import orzo.intake.SampleBatch;
import orzo.storage.GatewayException;
import orzo.storage.Kind;

/**
 * Brings measures to the intake, and counts them: what was received is accepted or rejected, by
 * reason. Safe for many threads; calls block.
 */
final class MeasureIntake {
  private final Intake intake;
  private final IntakeCounters counters;

  MeasureIntake(Intake intake, IntakeCounters counters) {
    this.intake = intake;
    this.counters = counters;
  }

  Intake intake() {
    return intake;
  }

  /**
   * Decodes a request, unless measures are not taken at the moment.
   *
   * @param decode what it throws is counted as one thing that was malformed, or for which there was
   *     no room
   */
  <T> T decode(Protocol protocol, Supplier<T> decode) {
    switch (intake.admission()) {
      case ACCEPTING -> {} // goes on
      case BACKLOG_FULL ->
          throw refuse(protocol, Rejection.BACKLOG_FULL, "the backlog is full; try again later");
      case STORAGE_FULL ->
          throw refuse(protocol, Rejection.STORAGE_FULL, "storage is full; try again later");
    }
    try {
      return decode.get();
    } catch (ApiError e) {
      throw refuse(protocol, e.status() == 413 ? Rejection.TOO_LARGE : Rejection.MALFORMED, e);
    } catch (GatewayException e) {
      throw refuse(protocol, Rejection.OVERLOADED, String.valueOf(e.getMessage()));
    }
  }

  private GatewayException refuse(Protocol protocol, Rejection reason, String message) {
    counters.received(protocol, 1);
    counters.rejected(protocol, reason, 1);
    return new GatewayException(Kind.LIMIT, message);
  }

  private ApiError refuse(Protocol protocol, Rejection reason, ApiError error) {
    counters.received(protocol, 1);
    counters.rejected(protocol, reason, 1);
    return error;
  }

  /**
   * Stores samples; returns when storage has acknowledged them.
   *
   * @param samples how many there will be
   * @param batch makes them, and registers what has to be; what it throws rejects all of them
   * @throws GatewayException when they are not stored, or perhaps not
   */
  void store(Protocol protocol, int samples, Supplier<SampleBatch> batch) {
    counters.received(protocol, samples);
    boolean stored = false;
    Rejection reason = Rejection.INTERNAL;
    try {
      SampleBatch made = batch.get();
      if (made.size() > 0) {
        intake.append(made).toCompletableFuture().join();
      }
      stored = true;
    } catch (ApiError e) {
      reason = Rejection.MALFORMED; // it names what is not there, or not the caller's
      throw e;
    } catch (GatewayException e) {
      reason = reason(e);
      throw e;
    } catch (CompletionException e) {
      if (e.getCause() instanceof GatewayException cause) {
        reason = reason(cause);
        throw cause;
      }
      throw e;
    } finally {
      if (stored) {
        counters.accepted(protocol, samples);
      } else {
        counters.rejected(protocol, reason, samples);
      }
    }
  }

  private Rejection reason(GatewayException failure) {
    return switch (failure.kind()) {
      case MALFORMED -> Rejection.MALFORMED;
      case UNAVAILABLE -> Rejection.UNAVAILABLE;
      case CORRUPT -> Rejection.INTERNAL;
      case LIMIT ->
          switch (intake.admission()) {
            case ACCEPTING -> Rejection.OVERLOADED;
            case BACKLOG_FULL -> Rejection.BACKLOG_FULL;
            case STORAGE_FULL -> Rejection.STORAGE_FULL;
          };
    };
  }
}
