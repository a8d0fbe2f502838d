package orzo.http.gnocchi;

import static orzo.http.access.Permission.CHANGE_ARCHIVE_POLICY_RULE;
import static orzo.http.access.Permission.CREATE_ARCHIVE_POLICY;
import static orzo.http.access.Permission.DELETE_ARCHIVE_POLICY;
import static orzo.http.access.Permission.GET_ARCHIVE_POLICY;
import static orzo.http.access.Permission.GET_ARCHIVE_POLICY_RULE;
import static orzo.http.access.Permission.UPDATE_ARCHIVE_POLICY;

import java.util.List;
import java.util.function.Function;
import orzo.http.access.Permission;
import orzo.http.gnocchi.Exchange.Endpoint;
import orzo.index.Matcher;
import orzo.policy.PolicyBook;
import orzo.policy.PolicyEditor;

/**
 * Archive policies and archive policy rules. They are the same for all tenants, so the tenant's
 * header has no meaning here.
 */
public final class PolicyApi implements GnocchiPart {
  private static final String POLICIES = "/v1/archive_policy";
  private static final String RULES = "/v1/archive_policy_rule";

  private final PolicyEndpoints policies;
  private final RuleEndpoints rules;

  /**
   * Creates the part.
   *
   * @param selectors parses a series selector of PromQL; throws a {@link orzo.query.QueryException}
   *     or a {@link orzo.storage.GatewayException} for text that is none
   */
  public PolicyApi(
      PolicyBook book, PolicyEditor editor, Function<String, List<Matcher>> selectors) {
    policies = new PolicyEndpoints(book, editor);
    rules = new RuleEndpoints(book, editor, selectors);
  }

  @Override
  public void mount(Routes routes) {
    routes
        .get(POLICIES, needs(GET_ARCHIVE_POLICY, _ -> policies.list()))
        .get(POLICIES + "/:name", needs(GET_ARCHIVE_POLICY, it -> policies.get(it.path("name"))))
        .post(
            POLICIES,
            needs(
                CREATE_ARCHIVE_POLICY, it -> policies.create(it.object(), it.url(POLICIES + "/"))))
        .patch(
            POLICIES + "/:name",
            needs(UPDATE_ARCHIVE_POLICY, it -> policies.update(it.path("name"), it::object)))
        .delete(
            POLICIES + "/:name",
            needs(DELETE_ARCHIVE_POLICY, it -> policies.delete(it.path("name"))));
    routes
        .get(RULES, needs(GET_ARCHIVE_POLICY_RULE, _ -> rules.list()))
        .get(RULES + "/:name", needs(GET_ARCHIVE_POLICY_RULE, it -> rules.get(it.path("name"))))
        .post(
            RULES,
            needs(CHANGE_ARCHIVE_POLICY_RULE, it -> rules.create(it.object(), it.url(RULES + "/"))))
        .patch(
            RULES + "/:name",
            needs(CHANGE_ARCHIVE_POLICY_RULE, it -> rules.rename(it.path("name"), it::object)))
        .delete(
            RULES + "/:name",
            needs(CHANGE_ARCHIVE_POLICY_RULE, it -> rules.delete(it.path("name"))));
  }

  private static Endpoint needs(Permission permission, Endpoint endpoint) {
    return exchange -> {
      exchange.require(permission);
      return endpoint.answer(exchange);
    };
  }
}
