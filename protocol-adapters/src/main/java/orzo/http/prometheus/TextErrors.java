package orzo.http.prometheus;

import orzo.query.QueryException;
import orzo.storage.GatewayException;

/** Errors of endpoints that do not answer with the API's JSON: plain text, as in Prometheus. */
final class TextErrors {
  private TextErrors() {}

  /** The same endpoint, whose errors are text. */
  static Endpoint around(Endpoint endpoint) {
    return request -> {
      try {
        return endpoint.answer(request);
      } catch (ApiException e) {
        return Reply.Content.text(e.type().status(), String.valueOf(e.getMessage()));
      } catch (QueryException e) {
        ApiException error = ApiException.of(e);
        return Reply.Content.text(error.type().status(), String.valueOf(e.getMessage()));
      } catch (GatewayException e) {
        return of(e);
      }
    };
  }

  /** What a failure of the layers below is answered with; a limit is the asker's to keep. */
  static Reply.Content of(GatewayException failure) {
    int status =
        switch (failure.kind()) {
          case MALFORMED, LIMIT -> 400;
          case UNAVAILABLE -> 503;
          case CORRUPT -> 500;
        };
    return Reply.Content.text(status, String.valueOf(failure.getMessage()));
  }
}
