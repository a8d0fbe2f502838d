package orzo.resource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The UUIDs of resources, as Gnocchi derives them from what people call the resources. */
public final class ResourceIds {
  /** Gnocchi's RESOURCE_ID_NAMESPACE; the same for ever. */
  private static final UUID NAMESPACE = UUID.fromString("0a7a15ff-aa13-4ac2-897c-9bdf30ce175b");

  /** What Python's uuid.UUID reads, once its decorations are taken off. */
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{32}");

  private ResourceIds() {}

  /**
   * The UUID of a resource: its id where that is a UUID, else one of version 5 (RFC 9562, section
   * 5.5) over id, a zero character, and creator. Gnocchi refuses ids with a slash and those of more
   * than 255 characters that are no UUIDs; that is for its API to do.
   *
   * @param creator who created it, null when nobody is known
   */
  public static UUID uuid(String id, @Nullable String creator) {
    String digits = id.replace("urn:", "").replace("uuid:", "").replaceAll("^[{}]+|[{}]+$", "");
    String plain = digits.replace("-", "");
    if (HEX.matcher(plain).matches()) {
      return new UUID(
          Long.parseUnsignedLong(plain, 0, 16, 16), Long.parseUnsignedLong(plain, 16, 32, 16));
    }
    return version5(id + '\0' + (creator == null ? "\0" : creator));
  }

  private static UUID version5(String name) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-1: not there (expected: every Java has it)", e);
    }
    digest.update(
        ByteBuffer.allocate(16)
            .putLong(NAMESPACE.getMostSignificantBits())
            .putLong(NAMESPACE.getLeastSignificantBits())
            .array());
    ByteBuffer hash =
        ByteBuffer.wrap(Arrays.copyOf(digest.digest(name.getBytes(StandardCharsets.UTF_8)), 16));
    long upper = hash.getLong() & ~0xF000L | 0x5000L;
    long lower = hash.getLong() & ~(0b11L << 62) | 0b10L << 62;
    return new UUID(upper, lower);
  }
}
