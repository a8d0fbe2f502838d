package orzo.book;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Something that every resource of a type has a value of, or none: to search and to sort by. */
public final class Column {
  /** What the values of a column are. */
  public enum Kind {
    /** Texts, as {@link String}. */
    TEXT(String.class),
    /** UUIDs, as {@link String} of 36 lower-case characters: these sort as their bytes do. */
    ID(String.class),
    /** Numbers, as {@link Double}. */
    REAL(Double.class),
    /** Whole numbers, as {@link Integer}. */
    WHOLE(Integer.class),
    /** True and false, as {@link Boolean}. */
    BOOL(Boolean.class),
    /** Points in time, as {@link Instant}. */
    TIME(Instant.class);

    private final Class<?> values;

    Kind(Class<?> values) {
      this.values = values;
    }

    /** Whether a column of this kind may have a value. */
    public boolean takes(Object value) {
      return values.isInstance(value);
    }
  }

  private static final Map<String, Column> OF_ALL =
      Map.of(
          "id", new Column(Kind.ID, state -> state.id().toString()),
          "original_resource_id", new Column(Kind.TEXT, ResourceState::originalId),
          "type", new Column(Kind.TEXT, ResourceState::type),
          "creator", new Column(Kind.TEXT, ResourceState::creator),
          "user_id", new Column(Kind.TEXT, ResourceState::userId),
          "project_id", new Column(Kind.TEXT, ResourceState::projectId),
          "started_at", new Column(Kind.TIME, ResourceState::startedAt),
          "ended_at", new Column(Kind.TIME, ResourceState::endedAt),
          "revision_start", new Column(Kind.TIME, ResourceState::revisionStart));

  private static final Map<String, Column> OF_HISTORY =
      Map.of(
          "revision", new Column(Kind.WHOLE, ResourceState::revision),
          "revision_end", new Column(Kind.TIME, ResourceState::revisionEnd));

  private final Kind kind;
  private final Function<ResourceState, @Nullable Object> value;

  private Column(Kind kind, Function<ResourceState, @Nullable Object> value) {
    this.kind = kind;
    this.value = value;
  }

  /**
   * The column of that name.
   *
   * @param history whether past states count, too, which tells them apart
   */
  public static Optional<Column> of(ResourceType type, String name, boolean history) {
    Column common = OF_ALL.get(name);
    if (common == null && history) {
      common = OF_HISTORY.get(name);
    }
    ResourceType.Attribute attribute = type.attributes().get(name);
    if (common != null || attribute == null) {
      return Optional.ofNullable(common);
    }
    Kind kind =
        switch (attribute.type()) {
          case AttributeType.Text _ -> Kind.TEXT;
          case AttributeType.Id _ -> Kind.ID;
          case AttributeType.Real _ -> Kind.REAL;
          case AttributeType.Bool _ -> Kind.BOOL;
          case AttributeType.Time _ -> Kind.TIME;
        };
    return Optional.of(new Column(kind, state -> plain(state.attributes().get(name))));
  }

  private static @Nullable Object plain(@Nullable AttributeValue value) {
    return switch (value) {
      case null -> null;
      case AttributeValue.Text(String text) -> text;
      case AttributeValue.Id(UUID id) -> id.toString();
      case AttributeValue.Real(double number) -> number;
      case AttributeValue.Bool(boolean bool) -> bool;
      case AttributeValue.Time(Instant time) -> time;
    };
  }

  /** What its values are. */
  public Kind kind() {
    return kind;
  }

  /** A resource's value, null for none. */
  public @Nullable Object value(ResourceState state) {
    return value.apply(state);
  }

  /** Compares two values of this column. */
  int compare(Object left, Object right) {
    return switch (kind) {
      case TEXT, ID -> ((String) left).compareTo((String) right);
      case REAL -> Double.compare((Double) left, (Double) right);
      case WHOLE -> Integer.compare((Integer) left, (Integer) right);
      case BOOL -> Boolean.compare((Boolean) left, (Boolean) right);
      case TIME -> ((Instant) left).compareTo((Instant) right);
    };
  }
}
