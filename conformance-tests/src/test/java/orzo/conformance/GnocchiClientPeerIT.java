package orzo.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import orzo.conformance.prometheus.Json;
import orzo.conformance.server.GatewayServer;

/**
 * A session with Gnocchi's own command: what it creates is what it then shows, lists, finds and
 * aggregates. All tests share two resources with measures, which none of them changes.
 */
@Tag("peers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class GnocchiClientPeerIT {
  private static final String ALPHA = "7f3d7a4e-4d39-4b7c-8c1b-0c6f3c5a9d01";
  private static final String NOON = "2026-03-01T12:00:00";

  private GatewayServer gateway;
  private GnocchiCommand gnocchi;
  private String alphaLoad;
  private String betaLoad;

  @BeforeAll
  void fill() {
    gateway = Workspace.gateway("GnocchiClientPeerIT", Map.of("auth.mode", "gnocchi-basic"));
    gateway.start();
    gnocchi = as("admin");

    Json policy =
        create("archive-policy", "short", "-b", "0", "-m", "mean", "-m", "max", "-m", "count")
            .with("-d", "granularity:1m,points:60", "-d", "granularity:5m,timespan:2h")
            .json();
    assertThat(policy.get("aggregation_methods").texts()).containsExactly("mean", "max", "count");
    assertThat(policy.get("definition"))
        .isEqualTo(
            Json.parse(
                """
                [{"timespan": "1:00:00", "granularity": "0:01:00", "points": 60},
                 {"timespan": "2:00:00", "granularity": "0:05:00", "points": 24}]
                """));
    Json rule = create("archive-policy-rule", "loads", "-a", "short", "-m", "load*").json();
    assertThat(rule)
        .isEqualTo(
            Json.parse(
                """
                {"name": "loads", "archive_policy_name": "short", "metric_pattern": "load*"}
                """));
    Json type =
        create("resource-type", "server", "-a", "name:string:true:max_length=64")
            .with("-a", "cores:number:false:min=1", "-a", "image:uuid:false")
            .json();
    assertThat(type)
        .isEqualTo(
            Json.parse(
                """
                {"name": "server", "state": "active",
                 "attributes/name": "max_length=64, min_length=0, required=True, type=string",
                 "attributes/cores": "max=None, min=1, required=False, type=number",
                 "attributes/image": "required=False, type=uuid"}
                """));

    Json alpha =
        create("resource", ALPHA, "-t", "server", "-a", "name:alpha", "-a", "cores:4")
            .with("-n", "load:short")
            .json();
    alphaLoad = alpha.get("metrics").get("load").text();
    Json beta =
        create("resource", "beta", "-t", "server", "-a", "name:beta", "-a", "cores:8").json();
    assertThat(beta.get("original_resource_id").text()).isEqualTo("beta");
    betaLoad = create("metric", "load", "-r", "beta", "-u", "tasks").json().get("id").text();

    gnocchi.run("measures", "add", "-r", ALPHA, "load", "-m", at("00:00@1"), "-m", at("00:30@3"));
    gnocchi.run("measures", "add", alphaLoad, "-m", at("01:10@5"));
    gnocchi.run("measures", "add", betaLoad, "-m", at("00:20@10"), "-m", at("01:40@30"));
  }

  @AfterAll
  void stop() {
    gateway.close();
  }

  private GnocchiCommand as(String user) {
    String endpoint = gateway.url().toString();
    return new GnocchiCommand(
        gateway.directory(),
        "--os-auth-type",
        "gnocchi-basic",
        "--user",
        user,
        "--endpoint",
        endpoint);
  }

  /** A measure of the hour from noon, {@code MM:SS@VALUE}. */
  private static String at(String measure) {
    return "2026-03-01T12:" + measure;
  }

  private Call create(String what, String name, String... options) {
    return new Call(what + " create " + name).with(options);
  }

  /** A call whose arguments come in several parts. */
  private final class Call {
    private final List<String> arguments;

    Call(String words) {
      arguments = new ArrayList<>(List.of(words.split(" ")));
    }

    Call with(String... more) {
      arguments.addAll(List.of(more));
      return this;
    }

    Json json() {
      return gnocchi.json(arguments.toArray(String[]::new));
    }

    /** The rows of a table of measures, each as {@code MM:SS GRANULARITY VALUE}. */
    List<String> measures() {
      return json().list().stream().map(row -> row(row)).toList();
    }

    private static String row(Json row) {
      String time = row.get("timestamp").text();
      assertThat(time).startsWith("2026-03-01T12:").endsWith("+00:00");
      return "%s %.0f %s"
          .formatted(
              time.substring("2026-03-01T12:".length(), time.length() - "+00:00".length()),
              row.get("granularity").number(),
              row.get("value").number());
    }

    List<String> column(String name) {
      return json().list().stream().map(row -> row.get(name).text()).toList();
    }
  }

  private Call call(String words) {
    return new Call(words);
  }

  @Test
  void archivePolicies_areShownListedChangedAndDeleted() {
    assertThat(call("archive-policy list").column("name"))
        .contains("low", "medium", "high", "bool", "short");
    assertThat(call("archive-policy show low").json().get("back_window").number()).isZero();

    create("archive-policy", "brief", "-d", "granularity:1s,points:10").json();
    Json longer = call("archive-policy update brief -d granularity:1s,points:20").json();
    assertThat(longer.get("definition").list().getFirst().get("timespan").text())
        .isEqualTo("0:00:20");
    create("archive-policy-rule", "a", "-a", "brief", "-m", "brief.*").json();
    call("archive-policy-rule update a -n b").json();
    assertThat(call("archive-policy-rule list").column("name")).contains("b").doesNotContain("a");
    assertThat(gnocchi.refused("archive-policy", "delete", "brief")).endsWith("(HTTP 400)");
    gnocchi.run("archive-policy-rule", "delete", "b");
    gnocchi.run("archive-policy", "delete", "brief");
    assertThat(gnocchi.refused("archive-policy", "show", "brief"))
        .isEqualTo("Archive policy brief does not exist (HTTP 404)");
    assertThat(gnocchi.refused("archive-policy-rule", "show", "b")).endsWith("(HTTP 404)");
  }

  @Test
  void resourceTypes_areShownListedChangedAndDeleted() {
    assertThat(call("resource-type list").column("name")).contains("generic", "server");
    create("resource-type", "disk", "-a", "size:number:true", "-a", "ssd:bool:false").json();
    Json changed =
        call("resource-type update disk -r ssd -a bought:datetime:false -a maker:string:false")
            .json();
    assertThat(changed).isEqualTo(call("resource-type show disk").json());
    assertThat(changed)
        .isEqualTo(
            Json.parse(
                """
                {"name": "disk", "state": "active",
                 "attributes/size": "max=None, min=None, required=True, type=number",
                 "attributes/bought": "required=False, type=datetime",
                 "attributes/maker":
                     "max_length=256, min_length=0, required=False, type=string"}
                """));
    gnocchi.run("resource-type", "delete", "disk");
    assertThat(gnocchi.refused("resource-type", "show", "disk")).endsWith("(HTTP 404)");
    assertThat(gnocchi.refused("resource-type", "delete", "server")).endsWith("(HTTP 400)");
  }

  @Test
  void resources_areFoundByFilters() {
    assertThat(call("resource list -t server --sort name:desc").column("name"))
        .startsWith("beta")
        .contains("alpha");
    assertThat(call("resource list -t server --sort name:desc --limit 1").column("name"))
        .hasSize(1);
    assertThat(found("cores>4 and name like 'be%'")).containsExactly("beta");
    assertThat(found("not (name=\"beta\" or name=\"gamma\")")).containsExactly("alpha");
    assertThat(found("id=" + ALPHA)).containsExactly("alpha");
    assertThat(found("name in ['alpha', 'beta'] and cores ≤ 4")).containsExactly("alpha");
    assertThat(found("creator='admin' and cores>100")).isEmpty();
    assertThat(gnocchi.refused("resource", "search", "-t", "server", "colour='red'"))
        .endsWith("(HTTP 400)");
  }

  private List<String> found(String query) {
    return call("resource search -t server").with(query).column("name");
  }

  @Test
  void resource_thatChanges_hasAHistory() {
    create("resource", "gamma", "-t", "server", "-a", "name:gamma", "-a", "cores:2").json();
    Json grown = call("resource update gamma -t server -a cores:3").json();
    assertThat(grown.get("cores").number()).isEqualTo(3);
    assertThat(grown).isEqualTo(call("resource show gamma -t server").json());

    List<Json> history = call("resource history gamma -t server").json().list();
    assertThat(history).extracting(state -> state.get("cores").number()).containsExactly(2.0, 3.0);
    assertThat(history.get(0).get("revision_end")).isEqualTo(history.get(1).get("revision_start"));
    assertThat(history.get(1).get("revision_end")).isEqualTo(new Json.Null());
    Call search = call("resource search -t server --history").with("name='gamma' and cores=2");
    assertThat(search.json().list()).hasSize(1);

    Json deleted = call("resource batch delete -t server").with("name='gamma'").json();
    assertThat(deleted.get("deleted").number()).isEqualTo(1);
    assertThat(gnocchi.refused("resource", "show", "gamma"))
        .isEqualTo("Resource " + grown.get("id").text() + " does not exist (HTTP 404)");
  }

  @Test
  void metrics_areShownAndListed() {
    Json load = call("metric show load -r beta").json();
    assertThat(load.get("id").text()).isEqualTo(betaLoad);
    assertThat(load.get("unit").text()).isEqualTo("tasks");
    assertThat(load.get("archive_policy/name").text()).as("by its rule").isEqualTo("short");
    assertThat(load.get("resource/original_resource_id").text()).isEqualTo("beta");
    assertThat(call("metric list").column("id")).contains(alphaLoad, betaLoad);
    assertThat(call("metric list --sort id:desc --limit 1").column("id")).hasSize(1);
    assertThat(gnocchi.refused("metric", "create", "of-no-rule")).endsWith("(HTTP 400)");
  }

  @Test
  void measures_areAggregatedByTheirPolicy() {
    assertThat(call("measures show load -r " + ALPHA).with("--utc").measures())
        .containsExactly("00:00 300 3.0", "00:00 60 2.0", "01:00 60 5.0");
    assertThat(
            call("measures show " + betaLoad)
                .with("--utc", "--aggregation", "count", "--granularity", "300")
                .measures())
        .containsExactly("00:00 300 2.0");
    assertThat(
            call("measures show " + alphaLoad)
                .with("--utc", "--aggregation", "max", "--granularity", "60")
                .with("--start", at("01:00"), "--stop", at("02:00"), "--refresh")
                .measures())
        .containsExactly("01:00 60 5.0");
    assertThat(
            call("measures show " + alphaLoad)
                .with("--utc", "--granularity", "60", "--resample", "120")
                .measures())
        .containsExactly("00:00 120 3.5");
    assertThat(gnocchi.refused("measures", "show", alphaLoad, "--aggregation", "median"))
        .endsWith("(HTTP 404)");
  }

  @Test
  void aggregates_ofSeveralMetrics_areComputed() {
    assertThat(
            call("aggregates --resource-type server --granularity 60")
                .with("(aggregate mean (metric load mean))", "cores>=4")
                .measures())
        .containsExactly("00:00 60 6.0", "01:00 60 17.5");
    Json grouped =
        call("aggregates --resource-type server --granularity 300 --groupby name")
            .with("(* 2 (aggregate max (metric load max)))", "cores>=4")
            .json();
    assertThat(grouped.list())
        .extracting(row -> row.get("group").text() + " " + row.get("value").number())
        .containsExactly("name: alpha 10.0", "name: beta 60.0");
    String both = "(metric (%s mean) (%s max))".formatted(alphaLoad, betaLoad);
    Json named = call("aggregates --granularity 300").with(both).json();
    assertThat(named.list())
        .extracting(row -> row.get("name").text() + " " + row.get("value").number())
        .containsExactly(alphaLoad + "/mean 3.0", betaLoad + "/max 30.0");
    assertThat(gnocchi.refused("aggregates", "(metric " + alphaLoad)).endsWith("(HTTP 400)");
  }

  @Test
  void aggregation_theOlderForm_isComputed() {
    assertThat(
            call("measures aggregation --utc --granularity 60 -m")
                .with(alphaLoad, betaLoad)
                .measures())
        .containsExactly("00:00 60 6.0", "01:00 60 17.5");
    assertThat(
            call("measures aggregation --utc --resource-type server --reaggregation sum -m load")
                .with("--query", "cores>=4", "--granularity", "300", "--aggregation", "max")
                .measures())
        .containsExactly("00:00 300 35.0");
    Json grouped =
        call("measures aggregation --utc --resource-type server --groupby name -m load")
            .with("--query", "cores>=4", "--granularity", "300")
            .json();
    assertThat(grouped.list())
        .extracting(row -> row.get("group").text())
        .containsExactly("name: alpha", "name: beta");
  }

  @Test
  void batches_reachManyMetrics() throws IOException {
    String one = create("metric", "load.one").json().get("id").text();
    String other = create("metric", "load.other").json().get("id").text();
    Path metrics =
        file(
            "metrics.json",
            """
            {"%s": [{"timestamp": "%s", "value": 7}], "%s": [{"timestamp": "%s", "value": 9}]}
            """
                .formatted(one, NOON, other, NOON));
    gnocchi.run("measures", "batch-metrics", metrics.toString());
    assertThat(call("measures show " + one).with("--utc", "--granularity", "60").measures())
        .containsExactly("00:00 60 7.0");
    assertThat(call("measures show " + other).with("--utc", "--granularity", "60").measures())
        .containsExactly("00:00 60 9.0");

    create("resource", "delta").json();
    Path resources =
        file(
            "resources.json",
            """
            {"delta": {"load.new": [{"timestamp": "%s", "value": 11}]}}
            """
                .formatted(NOON));
    assertThat(gnocchi.refused("measures", "batch-resources-metrics", resources.toString()))
        .endsWith("(HTTP 400)");
    gnocchi.run("measures", "batch-resources-metrics", "--create-metrics", resources.toString());
    assertThat(
            call("measures show load.new -r delta").with("--utc", "--granularity", "60").measures())
        .containsExactly("00:00 60 11.0");
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(gateway.directory().resolve(name), text);
  }

  @Test
  void whatIsCreated_isDeleted() {
    create("archive-policy", "gone", "-d", "granularity:1m,points:60").json();
    create("resource-type", "vm").json();
    create("resource", "epsilon", "-t", "vm", "-n", "a:gone", "-n", "b:gone").json();
    Json created = call("metric create c -r epsilon -a gone").json();
    assertThat(created.get("name").text()).isEqualTo("c");
    gnocchi.run("metric", "delete", "b", "-r", "epsilon");
    String c = created.get("id").text();
    gnocchi.run("metric", "delete", c);
    assertThat(gnocchi.refused("metric", "show", c))
        .isEqualTo("Metric " + c + " does not exist (HTTP 404)");
    assertThat(call("resource show epsilon").json().get("metrics").textMembers())
        .containsOnlyKeys("a");
    assertThat(gnocchi.refused("resource-type", "delete", "vm")).endsWith("(HTTP 400)");

    gnocchi.run("resource", "delete", "epsilon");
    assertThat(gnocchi.refused("resource", "delete", "epsilon")).endsWith("(HTTP 404)");
    gnocchi.run("resource-type", "delete", "vm");
    gnocchi.run("archive-policy", "delete", "gone");
  }

  @Test
  void capabilities_areListed() {
    assertThat(call("capabilities list").json().get("aggregation_methods").texts())
        .contains("mean", "rate:mean", "95pct");
  }

  @Test
  void stranger_mayNeitherReadNorChangeWhatIsOthers() {
    GnocchiCommand stranger = as("mallory");
    assertThat(stranger.refused("measures", "show", alphaLoad)).endsWith("(HTTP 403)");
    assertThat(stranger.refused("metric", "delete", alphaLoad)).endsWith("(HTTP 403)");
    assertThat(stranger.refused("archive-policy", "delete", "short")).endsWith("(HTTP 403)");
    assertThat(as("").refused("metric", "list")).contains("HTTP 401");
  }

  @Test
  void users_areAskedForPasswordsOrTokens() throws IOException {
    // Of "alice-secret" and "token-of-alice", as Python's crypt and hashlib made them.
    Path users =
        Files.writeString(
            Workspace.directory("GnocchiClientPeerIT-users").resolve("users.yaml"),
            """
            users:
              - name: alice
                password: "$2b$04$abcdefghijklmnopqrstuuHCSenwm8buK215m4R4q2ZmPL95d0lX2"
                tokens: ["sha256:19c28a50b1a09097592e7ceddb7e0771ff4d469747541a7536579eef857e05ce"]
                project: shop
            """);
    Map<String, String> settings =
        Map.of("auth.mode", "users", "auth.users-file", users.toString());
    try (GatewayServer asking = Workspace.gateway("GnocchiClientPeerIT-asking", settings)) {
      asking.start();
      String url = asking.url().toString();
      Json created =
          byPassword(asking, "alice-secret").json("metric", "create", "-a", "low", "by-password");
      assertThat(created.get("creator").text()).isEqualTo("alice:shop");
      GnocchiCommand byToken =
          new GnocchiCommand(
              asking.directory(),
              "--os-auth-type",
              "admin_token",
              "--os-token",
              "token-of-alice",
              "--os-endpoint",
              url);
      assertThat(byToken.json("metric", "list").list())
          .extracting(metric -> metric.get("name").text())
          .containsExactly("by-password");
      assertThat(byPassword(asking, "another").refused("metric", "list")).contains("HTTP 401");
    }
  }

  private static GnocchiCommand byPassword(GatewayServer server, String password) {
    return new GnocchiCommand(
        server.directory(),
        "--os-auth-type",
        "http_basic",
        "--os-username",
        "alice",
        "--os-password",
        password,
        "--os-endpoint",
        server.url().toString());
  }
}
