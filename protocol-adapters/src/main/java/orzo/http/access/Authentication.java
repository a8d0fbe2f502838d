package orzo.http.access;

import io.vertx.core.MultiMap;
import java.util.Optional;
import orzo.access.BasicCredentials;
import orzo.access.Doorkeeper;
import orzo.access.Verdict;

/** Tells who sent a request to the Gnocchi API. Safe for many threads. */
public interface Authentication {
  /** Asks nobody. */
  Authentication NONE = _ -> Optional.of(Caller.ANYONE);

  /**
   * Believes the user name of the header {@code Authorization: basic}, whatever the password: the
   * mode of Gnocchi of that name, for where a proxy in front has checked it. The user {@code admin}
   * is the administrator.
   */
  Authentication GNOCCHI_BASIC =
      headers ->
          BasicCredentials.of(headers.get("Authorization"))
              .filter(credentials -> !credentials.user().isEmpty())
              .map(credentials -> Caller.of(credentials.user()));

  /**
   * Who sent a request with these headers; empty if they do not tell, or not rightly. May block.
   */
  Optional<Caller> caller(MultiMap headers);

  /** Believes a doorkeeper. */
  static Authentication of(Doorkeeper doorkeeper) {
    return headers ->
        switch (doorkeeper.verdict(
            headers.get("Authorization"), headers.get(Doorkeeper.TOKEN_HEADER))) {
          case Verdict.Admitted(var user) -> Optional.of(Caller.of(user));
          case Verdict.Refused _, Verdict.Busy _ -> Optional.empty();
        };
  }
}
