package orzo.book;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import orzo.book.ResourceType.Attribute;

/** Random things that a book may hold. */
final class RandomBooks {
  private final RandomGenerator random;

  RandomBooks(RandomGenerator random) {
    this.random = random;
  }

  BookChange change() {
    return switch (random.nextInt(11)) {
      case 0 -> new BookChange.TypeCreated(type());
      case 1 -> new BookChange.TypeUpdated(type(), attributes());
      case 2 -> new BookChange.TypeDeleted(text());
      case 3 -> new BookChange.ResourceCreated(resource());
      case 4 -> new BookChange.ResourceRevised(resource(), 1 + random.nextInt(1 << 20));
      case 5 -> new BookChange.ResourceDeleted(id());
      case 6 ->
          new BookChange.MetricCreated(
              new MetricRecord(
                  id(),
                  maybe(text()),
                  maybe(text()),
                  maybe(text()),
                  text(),
                  random.nextBoolean() ? id() : null));
      case 7 -> new BookChange.MetricAttached(id(), text(), id());
      case 8 -> new BookChange.MetricDetached(id());
      case 9 -> new BookChange.MetricDeleted(id());
      default -> new BookChange.MetricExpunged(id());
    };
  }

  ResourceType type() {
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      AttributeType type =
          switch (random.nextInt(5)) {
            case 0 -> new AttributeType.Text(random.nextInt(9), random.nextInt(1_000));
            case 1 -> new AttributeType.Id();
            case 2 ->
                new AttributeType.Real(
                    random.nextBoolean() ? random.nextDouble() : null,
                    random.nextBoolean() ? -random.nextDouble() : null);
            case 3 -> new AttributeType.Bool();
            default -> new AttributeType.Time();
          };
      attributes.put(text(), new Attribute(type, random.nextBoolean()));
    }
    return new ResourceType(text(), attributes);
  }

  ResourceState resource() {
    return new ResourceState(
        id(),
        text(),
        text(),
        maybe(text()),
        maybe(text()),
        maybe(text()),
        time(),
        random.nextBoolean() ? time() : null,
        time(),
        null,
        ResourceState.CURRENT,
        attributes());
  }

  Map<String, AttributeValue> attributes() {
    Map<String, AttributeValue> attributes = new TreeMap<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      attributes.put(
          text(),
          switch (random.nextInt(5)) {
            case 0 -> new AttributeValue.Text(text());
            case 1 -> new AttributeValue.Id(id());
            case 2 -> new AttributeValue.Real(random.nextGaussian());
            case 3 -> new AttributeValue.Bool(random.nextBoolean());
            default -> new AttributeValue.Time(time());
          });
    }
    return attributes;
  }

  private @Nullable String maybe(String text) {
    return random.nextBoolean() ? text : null;
  }

  private Instant time() {
    return Instant.ofEpochSecond(
        random.nextLong(-1L << 33, 1L << 33), random.nextInt(1_000_000) * 1_000L);
  }

  UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private String text() {
    List<String> letters = List.of("a", "B", "_", "é", "☃", "𝄞", " ", "\0");
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(8); left > 0; left--) {
      text.append(letters.get(random.nextInt(letters.size())));
    }
    return text.toString();
  }

  /** Some changes. */
  List<BookChange> changes(int count) {
    List<BookChange> changes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      changes.add(change());
    }
    return changes;
  }
}
