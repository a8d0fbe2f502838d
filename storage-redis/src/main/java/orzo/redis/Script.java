package orzo.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A Lua script that Redis runs as one step. The sources are the {@code .lua} files beside this
 * class.
 */
enum Script {
  /** Writes format and number of sacks if there are none, and returns what there is. */
  META,
  /** Takes a lease. */
  ACQUIRE,
  /** Prolongs a lease. */
  RENEW,
  /** Gives a lease back. */
  RELEASE,
  /** Says that a node is alive. */
  ANNOUNCE,
  /** Lists the nodes that are alive. */
  NODES,
  /** Looks up or assigns series. */
  REGISTER,
  /** Deletes series. */
  DELETE,
  /** Begins a sweep. */
  SWEEP,
  /** Changes archive policies and rules. */
  POLICIES,
  /** Appends to a log of records. */
  RECORDS,
  /** Removes from a log of records. */
  UNRECORD,
  /** Writes splits, marks and checkpoint. */
  FLUSH,
  /** Reads which raw splits are open. */
  OPEN;

  private final String source;
  private final String digest;

  Script() {
    String file = name().toLowerCase(Locale.ROOT) + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("script " + file + " is not in the jar");
      }
      byte[] bytes = in.readAllBytes();
      source = new String(bytes, StandardCharsets.US_ASCII);
      digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("script " + file, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** The text of the script, all of it ASCII. */
  String source() {
    return source;
  }

  /** The name under which Redis knows it: its SHA-1 in hexadecimal digits. */
  String digest() {
    return digest;
  }
}
