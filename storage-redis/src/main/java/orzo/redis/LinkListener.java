package orzo.redis;

import org.jspecify.annotations.Nullable;

/**
 * Hears what links learn of a cluster from the failures of requests. Called on threads that must
 * not be blocked.
 */
interface LinkListener {
  /** For a server that is no part of a cluster. */
  LinkListener NONE =
      new LinkListener() {
        @Override
        public @Nullable ServerLinks redirected(Redirection redirection) {
          return null;
        }

        @Override
        public void doubtful() {}
      };

  /** Returns where a request is to be sent instead; null when that server is not known yet. */
  @Nullable ServerLinks redirected(Redirection redirection);

  /** A request failed in a way that may mean that its slot is elsewhere now. */
  void doubtful();
}
