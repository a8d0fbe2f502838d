package orzo.http.prometheus;

/** Answers the requests of one path; runs on a virtual thread and may block. */
interface Endpoint {
  /**
   * Answers a request.
   *
   * @throws ApiException for an answer that is an error
   * @throws orzo.query.QueryException from the query engine
   * @throws orzo.storage.GatewayException from the layers below
   */
  Reply answer(ApiRequest request);
}
