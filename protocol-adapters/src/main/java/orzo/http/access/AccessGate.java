package orzo.http.access;

import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import orzo.access.Doorkeeper;
import orzo.access.User;
import orzo.access.Verdict;
import orzo.inventory.Sight;

/**
 * Lets only users in, whatever they ask for, but for the questions of those who watch over the
 * gateway: health and readiness. What is behind it may take the tenant's header at its word.
 */
public final class AccessGate {
  private static final Logger LOG = LoggerFactory.getLogger(AccessGate.class);
  private static final ThreadFactory THREADS = Thread.ofVirtual().name("access-", 0).factory();
  private static final Set<String> OPEN = Set.of("/-/healthy", "/-/ready", "/healthcheck");
  private static final List<String> ADMINISTRATION =
      List.of("/api/v1/admin", "/prometheus/api/v1/admin");
  private static final int RETRY_AFTER_SECONDS = 1;

  /** Where a request keeps its user. */
  private static final String USER = AccessGate.class.getName();

  private final Doorkeeper doorkeeper;
  private final String tenantHeader;
  private final LongAdder forbidden = new LongAdder();

  /**
   * Creates it.
   *
   * @param tenantHeader the header that names the tenant
   */
  public AccessGate(Doorkeeper doorkeeper, String tenantHeader) {
    this.doorkeeper = doorkeeper;
    this.tenantHeader = tenantHeader;
  }

  /** How many requests were refused whose user may not do what was asked for. */
  public long forbidden() {
    return forbidden.sum();
  }

  /** Adds itself to a router: it guards all routes that are added later. */
  public void mount(Router router) {
    router.route().handler(this::handle);
  }

  /**
   * Runs a task that answers a request, seeing those created metrics that the request's user may
   * read. Without a gate before it, what is seen is not stated.
   */
  public static void runAs(RoutingContext context, Runnable task) {
    User user = context.get(USER);
    if (user == null) {
      task.run();
      return;
    }
    Caller caller = Caller.of(user);
    Sight sight =
        user.isAdmin()
            ? Sight.ALL
            : (creator, project) ->
                caller.may(Permission.GET_MEASURES, creator, Optional.ofNullable(project));
    ScopedValue.where(Sight.CURRENT, sight).run(task);
  }

  private void handle(RoutingContext context) {
    if (OPEN.contains(context.normalizedPath())) {
      context.next();
      return;
    }
    HttpServerRequest request = context.request();
    String authorization = request.getHeader("Authorization");
    String token = request.getHeader(Doorkeeper.TOKEN_HEADER);
    Optional<Verdict> known = doorkeeper.verdictAtOnce(authorization, token);
    if (known.isPresent()) {
      decide(context, known.get());
      return;
    }
    request.pause(); // what comes of the body waits until somebody listens to it
    Context eventLoop = context.vertx().getOrCreateContext();
    THREADS
        .newThread(() -> {
          Verdict verdict = doorkeeper.verdict(authorization, token);
          eventLoop.runOnContext(_ -> {
            decide(context, verdict);
            request.resume();
          });
        })
        .start();
  }

  private void decide(RoutingContext context, Verdict verdict) {
    switch (verdict) {
      case Verdict.Admitted(User user) -> admit(context, user);
      case Verdict.Refused _ -> {
        context.response().headers().add("WWW-Authenticate", Doorkeeper.CHALLENGES);
        refuse(context, 401, "Unauthorized", "name a user and a password, or a token");
      }
      case Verdict.Busy _ -> {
        context.response().putHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
        refuse(context, 503, "Service Unavailable", "too many passwords are being looked at");
      }
    }
  }

  private void admit(RoutingContext context, User user) {
    HttpServerRequest request = context.request();
    if (isAdministration(context.normalizedPath()) && !user.isAdmin()) {
      forbidden.increment();
      refuse(context, 403, "Forbidden", "this is for users with the role " + User.ADMIN);
      return;
    }
    List<String> named = request.headers().getAll(tenantHeader);
    for (String tenant : named) {
      if (user.tenant(tenant).isEmpty()) {
        forbidden.increment();
        refuse(
            context,
            403,
            "Forbidden",
            "header " + tenantHeader + ": a tenant that is not of this user");
        return;
      }
    }
    if (named.isEmpty()) {
      user.tenant(null).ifPresent(tenant -> request.headers().set(tenantHeader, tenant));
    }
    context.put(USER, user);
    context.next();
  }

  private static boolean isAdministration(String path) {
    return ADMINISTRATION.stream().anyMatch(it -> path.equals(it) || path.startsWith(it + "/"));
  }

  /** Answers as the Gnocchi API does: JSON for those who ask for it, else text. */
  private static void refuse(RoutingContext context, int status, String title, String reason) {
    boolean isJson =
        context.request().headers().getAll("Accept").stream()
            .anyMatch(accept -> accept.contains("application/json"));
    String text =
        isJson
            ? new JsonObject()
                .put("code", status)
                .put("title", title)
                .put("description", reason)
                .encode()
            : title + ": " + reason + "\n";
    context
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", isJson ? "application/json" : "text/plain; charset=utf-8")
        .end(text)
        .onFailure(gone -> LOG.debug("answer not sent", gone));
  }
}
