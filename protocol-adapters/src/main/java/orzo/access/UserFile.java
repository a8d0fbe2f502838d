package orzo.access;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import orzo.file.FollowedFile;
import orzo.file.InvalidFileException;
import orzo.file.YamlFields;
import orzo.metric.Tenant;
import orzo.storage.GatewayException;

/** Reads users in the form that docs/users.md describes. */
public final class UserFile {
  /** Reads a file of users. */
  public static final FollowedFile.Parser<Users> PARSER =
      new FollowedFile.Parser<>() {
        @Override
        public Users parse(String label, String text) throws InvalidFileException {
          return UserFile.parse(label, text);
        }

        @Override
        public String summary(Users users) {
          return users.count() + " users";
        }
      };

  private static final Set<String> FILE_FIELDS = Set.of("users");
  private static final Set<String> USER_FIELDS =
      Set.of("name", "password", "tokens", "project", "roles", "tenants");

  /** What basic authentication, and the names of creators, can hold. */
  private static final Pattern NAME = Pattern.compile("[^:\\p{Cntrl}]{1,255}");

  private static final String NAME_ALLOWED = "1 to 255 characters, no colon among them";

  private final String label;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Account> byName = new HashMap<>();
  private final Map<String, User> byTokenHash = new HashMap<>();
  private final Set<String> names = new LinkedHashSet<>();

  private UserFile(String label) {
    this.label = label;
  }

  /**
   * Reads users.
   *
   * @param label what to call the file in messages
   * @throws InvalidFileException when something is wrong with them; then none count
   */
  static Users parse(String label, String text) throws InvalidFileException {
    UserFile file = new UserFile(label);
    YamlFields fields = YamlFields.ofFile(label, text, FILE_FIELDS, file.problems);
    List<Node> items = fields.items("users");
    if (items.isEmpty() && file.problems.isEmpty()) {
      fields.problem("users", "none (allowed: a list of at least one user)");
    }
    int number = 1;
    for (Node item : items) {
      file.user(number++, item);
    }
    if (!file.problems.isEmpty()) {
      throw new InvalidFileException(file.problems);
    }
    return new Users(file.byName, file.byTokenHash, file.names.size());
  }

  private void user(int number, Node item) {
    String place = label + ", user " + number + " (line " + YamlFields.line(item) + ")";
    YamlFields fields = YamlFields.of(place, item, USER_FIELDS, problems);
    String name = name(fields, "name");
    if (name == null) {
      if (fields.node("name") == null) {
        fields.problem("name", "not there (allowed: " + NAME_ALLOWED + ")");
      }
      return;
    }
    if (!names.add(name)) {
      fields.problem("name", "'" + name + "': there twice (allowed: once)");
    }
    User user =
        new User(
            name,
            Optional.ofNullable(name(fields, "project")),
            new LinkedHashSet<>(texts(fields, "roles")),
            tenants(fields));
    String password = fields.text("password");
    // What is wrong with a secret is said without it: the log is read by more than the file.
    if (password != null && !Passwords.isHash(password)) {
      fields.problem(
          "password", "no hash (allowed: what 'orzo hash-password' prints: bcrypt, cost 4 to 16)");
    } else if (password != null) {
      byName.put(name, new Account(user, password));
    }
    List<String> tokens = texts(fields, "tokens");
    for (String token : tokens) {
      if (!Tokens.isHash(token)) {
        fields.problem("tokens", "no hash (allowed: what 'orzo new-token' prints: sha256:…)");
      } else if (byTokenHash.put(token, user) != null) {
        fields.problem("tokens", token + ": there twice (allowed: once)");
      }
    }
    if (password == null && tokens.isEmpty()) {
      fields.problem("neither password nor tokens (allowed: one of them, or both)");
    }
  }

  private static @Nullable String name(YamlFields fields, String field) {
    String text = fields.text(field);
    if (text != null && !NAME.matcher(text).matches()) {
      fields.problem(field, "'" + text + "' (allowed: " + NAME_ALLOWED + ")");
      return null;
    }
    return text;
  }

  private static List<String> tenants(YamlFields fields) {
    List<String> tenants = texts(fields, "tenants");
    for (String tenant : tenants) {
      try {
        Tenant _ = new Tenant(tenant); // also "*", which can be one
      } catch (GatewayException e) {
        fields.problem("tenants", String.valueOf(e.getMessage()));
      }
    }
    return tenants.isEmpty() ? List.of(Tenant.DEFAULT.id()) : tenants;
  }

  private static List<String> texts(YamlFields fields, String field) {
    List<String> texts = new ArrayList<>();
    for (Node item : fields.items(field)) {
      if (item instanceof ScalarNode scalar && !scalar.getValue().isEmpty()) {
        texts.add(scalar.getValue());
      } else {
        fields.problem(
            field, "line " + YamlFields.line(item) + " (allowed: a list of plain values)");
      }
    }
    return texts;
  }
}
