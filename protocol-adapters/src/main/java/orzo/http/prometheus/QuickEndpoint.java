package orzo.http.prometheus;

import org.jspecify.annotations.Nullable;

/**
 * Answers what is a matter of microseconds, on the event loop: without waiting for anything, and
 * with an answer of one chunk. So look-ups of a few names cost no change of threads, which would
 * cost more than they do.
 */
interface QuickEndpoint {
  /**
   * Answers a request; null if the path's {@link Endpoint} is to do it, because it takes longer.
   *
   * @throws ApiException for what the endpoint would refuse, which then does so
   */
  @Nullable Answer answer(ApiRequest request);
}
