package orzo.redis;

import java.nio.charset.StandardCharsets;
import orzo.encoding.ByteArrayWriter;

/**
 * The arguments of a command, keys among them, as they go over the wire (bulk strings of RESP). A
 * flush has thousands: none costs an object. Not safe for many threads.
 */
final class Arguments {
  private static final int ROOM = 128;

  /** A dollar sign, ten digits and two ends of line. */
  private static final int MAX_FRAME = 15;

  private final ByteArrayWriter bytes = new ByteArrayWriter(ROOM);
  private int count;

  /** How many there are. */
  int count() {
    return count;
  }

  /** The encoded arguments one after the other; only the first {@link #size} bytes count. */
  byte[] array() {
    return bytes.array();
  }

  /** The length of the encoded arguments, in bytes. */
  int size() {
    return bytes.size();
  }

  /** Adds a key, or any other string of bytes. */
  Arguments add(byte[] argument) {
    start(argument.length);
    bytes.writeBytes(argument, 0, argument.length);
    endLine();
    return this;
  }

  /** Adds a string, as UTF-8. */
  Arguments add(String argument) {
    return add(argument.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds an integer in decimal digits. */
  Arguments add(long argument) {
    if (argument == Long.MIN_VALUE) { // has no absolute value
      return add(Long.toString(argument));
    }
    int sign = argument < 0 ? 1 : 0;
    long rest = Math.abs(argument);
    int digits = digits(rest);
    start(sign + digits);
    if (sign == 1) {
      bytes.writeByte('-');
    }
    writeDigits(rest, digits);
    endLine();
    return this;
  }

  private void start(int length) {
    bytes.reserve(length + MAX_FRAME);
    bytes.writeByte('$');
    writeDigits(length, digits(length));
    endLine();
    count++;
  }

  private void endLine() {
    bytes.writeByte('\r');
    bytes.writeByte('\n');
  }

  private void writeDigits(long number, int digits) {
    bytes.reserve(digits);
    byte[] array = bytes.array();
    int start = bytes.size();
    long rest = number;
    for (int i = start + digits - 1; i >= start; i--) {
      array[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    bytes.advance(digits);
  }

  private static int digits(long number) {
    int digits = 1;
    for (long rest = number / 10; rest > 0; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
