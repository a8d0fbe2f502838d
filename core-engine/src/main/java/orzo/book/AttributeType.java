package orzo.book;

import org.jspecify.annotations.Nullable;

/** What values an attribute may have. */
public sealed interface AttributeType {
  /** The type's name in Gnocchi's API. */
  String name();

  /** Whether a value is of this kind; its bounds are not looked at. */
  boolean takes(AttributeValue value);

  /**
   * Texts of a length in characters.
   *
   * @param minLength the shortest
   * @param maxLength the longest
   */
  record Text(int minLength, int maxLength) implements AttributeType {
    @Override
    public String name() {
      return "string";
    }

    @Override
    public boolean takes(AttributeValue value) {
      return value instanceof AttributeValue.Text;
    }
  }

  /** UUIDs. */
  record Id() implements AttributeType {
    @Override
    public String name() {
      return "uuid";
    }

    @Override
    public boolean takes(AttributeValue value) {
      return value instanceof AttributeValue.Id;
    }
  }

  /**
   * Numbers.
   *
   * @param min the least, null for no bound
   * @param max the greatest, null for no bound
   */
  record Real(@Nullable Double min, @Nullable Double max) implements AttributeType {
    @Override
    public String name() {
      return "number";
    }

    @Override
    public boolean takes(AttributeValue value) {
      return value instanceof AttributeValue.Real;
    }
  }

  /** True and false. */
  record Bool() implements AttributeType {
    @Override
    public String name() {
      return "bool";
    }

    @Override
    public boolean takes(AttributeValue value) {
      return value instanceof AttributeValue.Bool;
    }
  }

  /** Points in time. */
  record Time() implements AttributeType {
    @Override
    public String name() {
      return "datetime";
    }

    @Override
    public boolean takes(AttributeValue value) {
      return value instanceof AttributeValue.Time;
    }
  }
}
