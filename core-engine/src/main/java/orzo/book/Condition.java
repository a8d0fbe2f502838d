package orzo.book;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What resources are searched by. It holds, or not, or nobody can tell: what is compared with no
 * value is unknown, as in SQL, and only what is known to hold is found.
 */
public sealed interface Condition {
  /** How two values are compared. */
  enum Operator {
    /** They are the same. */
    EQUAL,
    /** They are not the same; no value is another than every value. */
    NOT_EQUAL,
    /** The first is less. */
    LESS,
    /** The first is less, or they are the same. */
    LESS_OR_EQUAL,
    /** The first is greater. */
    GREATER,
    /** The first is greater, or they are the same. */
    GREATER_OR_EQUAL;

    private boolean holds(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  /** All of them hold; those of none do. */
  record And(List<Condition> conditions) implements Condition {
    /** Keeps a copy. */
    public And {
      conditions = List.copyOf(conditions);
    }
  }

  /** One of them holds; with none to choose from that is true as well, as Gnocchi has it. */
  record Or(List<Condition> conditions) implements Condition {
    /** Keeps a copy. */
    public Or {
      conditions = List.copyOf(conditions);
    }
  }

  /** It does not hold. */
  record Not(Condition condition) implements Condition {}

  /**
   * A column's value compares with a value of its kind.
   *
   * @param value null for no value: with that only equality means something
   */
  record Compare(Column column, Operator operator, @Nullable Object value) implements Condition {
    /** Checks the kind. */
    public Compare {
      if (value != null && !column.kind().takes(value)) {
        throw new IllegalArgumentException(
            value.getClass() + " (expected: what a column of " + column.kind() + " takes)");
      }
    }
  }

  /** A column's value is one of these. */
  record In(Column column, Set<Object> values) implements Condition {
    /** Keeps a copy. */
    public In {
      values = Set.copyOf(values);
    }
  }

  /** A text fits a pattern of SQL. */
  record Like(Column column, LikePattern pattern) implements Condition {}

  /** The time between start and end of a resource compares with a length of time. */
  record Lifespan(Operator operator, Duration length) implements Condition {}

  /** Whether it is known to hold of a resource as it is in this state. */
  default boolean holds(ResourceState state) {
    return Boolean.TRUE.equals(test(state));
  }

  private @Nullable Boolean test(ResourceState state) {
    return switch (this) {
      case And(List<Condition> conditions) -> all(conditions, state);
      case Or(List<Condition> conditions) ->
          conditions.isEmpty() ? Boolean.TRUE : any(conditions, state);
      case Not(Condition condition) -> {
        Boolean known = condition.test(state);
        yield known == null ? null : !known;
      }
      case Compare(Column column, Operator operator, Object value) ->
          compare(column, operator, column.value(state), value);
      case In(Column column, Set<Object> values) -> {
        Object stated = column.value(state);
        yield stated == null ? null : values.contains(stated);
      }
      case Like(Column column, LikePattern pattern) ->
          column.value(state) instanceof String text ? pattern.fits(text) : null;
      case Lifespan(Operator operator, Duration length) ->
          state.endedAt() == null
              ? null
              : operator.holds(
                  Duration.between(state.startedAt(), state.endedAt()).compareTo(length));
    };
  }

  private static @Nullable Boolean all(List<Condition> conditions, ResourceState state) {
    Boolean all = true;
    for (Condition one : conditions) {
      Boolean known = one.test(state);
      if (known == null) {
        all = null;
      } else if (!known) {
        return false;
      }
    }
    return all;
  }

  private static @Nullable Boolean any(List<Condition> conditions, ResourceState state) {
    Boolean any = false;
    for (Condition one : conditions) {
      Boolean known = one.test(state);
      if (known == null) {
        any = null;
      } else if (known) {
        return true;
      }
    }
    return any;
  }

  private static @Nullable Boolean compare(
      Column column, Operator operator, @Nullable Object left, @Nullable Object right) {
    if (right == null) {
      return switch (operator) {
        case EQUAL -> left == null;
        case NOT_EQUAL -> left != null;
        case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> null;
      };
    }
    if (left == null) {
      return operator == Operator.NOT_EQUAL ? Boolean.TRUE : null;
    }
    return operator.holds(column.compare(left, right));
  }
}
