package orzo.http.gnocchi;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Function;
import orzo.index.Matcher;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;

/**
 * The Gnocchi REST API below {@code /v1}: archive policies and archive policy rules. Policies are
 * the same for all tenants, so the tenant's header has no meaning here.
 */
public final class GnocchiApi {
  private static final String POLICIES = "/v1/archive_policy";
  private static final String RULES = "/v1/archive_policy_rule";

  private final PolicyEndpoints policies;
  private final RuleEndpoints rules;

  /**
   * Creates the API.
   *
   * @param selectors parses a series selector of PromQL; throws a {@link orzo.query.QueryException}
   *     or a {@link orzo.storage.GatewayException} for text that is none
   */
  public GnocchiApi(
      PolicyBook book, PolicyEditor editor, Function<String, List<Matcher>> selectors) {
    policies = new PolicyEndpoints(book, editor, POLICIES);
    rules = new RuleEndpoints(book, editor, selectors, RULES);
  }

  /** Adds the routes. */
  public void mount(Router router) {
    get(router, POLICIES, _ -> policies.list());
    get(router, POLICIES + "/:name", policies::get);
    router.post(POLICIES).handler(it -> Exchange.tell(it, (_, body) -> policies.create(body)));
    router.patch(POLICIES + "/:name").handler(it -> Exchange.tell(it, policies::update));
    router.delete(POLICIES + "/:name").handler(it -> Exchange.ask(it, policies::delete));

    get(router, RULES, _ -> rules.list());
    get(router, RULES + "/:name", rules::get);
    router.post(RULES).handler(it -> Exchange.tell(it, (_, body) -> rules.create(body)));
    router.patch(RULES + "/:name").handler(it -> Exchange.tell(it, rules::rename));
    router.delete(RULES + "/:name").handler(it -> Exchange.ask(it, rules::delete));
  }

  private static void get(Router router, String path, Exchange.Asked asked) {
    router
        .route(path)
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .handler(context -> Exchange.ask(context, asked));
  }
}
