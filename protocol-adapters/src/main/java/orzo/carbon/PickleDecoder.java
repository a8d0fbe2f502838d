package orzo.carbon;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import orzo.carbon.PickleStack.ValueType;
import orzo.intake.Rejection;
import orzo.intake.SeriesCache;
import orzo.metric.Tenant;

/**
 * Reads pickles of {@code [(path, (timestamp, value)), …]}, protocols 0 to 5, as carbon's clients
 * write them. Is used for many connections, one after the other. Not safe for many threads.
 *
 * <p>It knows the opcodes for texts, numbers, lists, tuples and the memo, and no others: what a
 * pickle can do beyond that, such as calling a function of its choice, does not exist here. A
 * pickle that asks for more is refused as a whole. Nothing is created for a value but an entry in
 * columns, and no length is believed before the bytes are there.
 */
final class PickleDecoder {
  private static final int HIGHEST_PROTOCOL = 5;

  /** More bytes than a double's largest integer has. */
  private static final int MAX_INTEGER_BYTES = 130;

  private final Tenant tenant;
  private final int maxPathBytes;
  private final PickleStack stack = new PickleStack();
  private final FloatText number = new FloatText();
  private byte[] unescaped = new byte[0];
  private int unescapedSize;

  // The pickle that is being read.
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private int start;
  private double numberRead;

  PickleDecoder(Tenant tenant, int maxPathBytes) {
    this.tenant = tenant;
    this.maxPathBytes = maxPathBytes;
  }

  /**
   * Reads the pickle {@code pickle[from, to)}.
   *
   * @param nowMillis what a timestamp of -1 means
   */
  void decode(
      byte[] pickle, int from, int to, long nowMillis, SeriesCache.Lookup lookup, SampleSink sink) {
    bytes = pickle;
    start = from;
    at = from;
    end = to;
    try {
      Outcome outcome = build();
      switch (outcome) {
        case MORE, MALFORMED -> sink.rejected(Rejection.MALFORMED, pickle, from, to);
        case FORBIDDEN -> sink.rejected(Rejection.FORBIDDEN_PICKLE, pickle, from, to);
        case DONE -> deliver(nowMillis, lookup, sink);
      }
    } finally {
      stack.clear();
      unescapedSize = 0;
      if (unescaped.length > 1 << 16) {
        unescaped = new byte[0];
      }
      bytes = new byte[0];
    }
  }

  private enum Outcome {
    /** There is more to read. */
    MORE,
    /** The value is complete and on top. */
    DONE,
    /** It is no pickle. */
    MALFORMED,
    /** It asks for something that is not done here. */
    FORBIDDEN
  }

  private static Outcome moreIf(boolean condition) {
    return condition ? Outcome.MORE : Outcome.MALFORMED;
  }

  private Outcome build() {
    Outcome outcome = Outcome.MORE;
    while (outcome == Outcome.MORE && at < end) {
      outcome = step(bytes[at++]);
    }
    return outcome;
  }

  /** Does what an opcode says. They are described in CPython's Lib/pickletools.py. */
  private Outcome step(byte opcode) {
    return switch (opcode) {
      case (byte) 0x80 -> moreIf(end > at && (bytes[at++] & 0xff) <= HIGHEST_PROTOCOL); // PROTO
      case (byte) 0x95 -> skip(Long.BYTES); // FRAME: all is here already
      case '.' -> stack.aboveFloor() > 0 ? Outcome.DONE : Outcome.MALFORMED;

      case 'X', 'B', 'T' -> text(Integer.BYTES); // BINUNICODE, BINBYTES, BINSTRING
      case (byte) 0x8c, 'C', 'U' -> text(1); // their short forms
      case (byte) 0x8d, (byte) 0x8e -> text(Long.BYTES); // their long forms
      case 'V' -> unicodeLine();
      case 'S' -> stringLine();

      case 'G' -> binaryFloat();
      case 'K' -> integer(1, false); // BININT1
      case 'M' -> integer(2, false); // BININT2
      case 'J' -> integer(4, true); // BININT
      case (byte) 0x8a -> end > at ? longInteger(bytes[at++] & 0xff) : Outcome.MALFORMED; // LONG1
      case (byte) 0x8b -> longInteger(length(Integer.BYTES)); // LONG4
      case 'I', 'L' -> integerLine();
      case 'F' -> floatLine();
      case 'N' -> other(); // None
      case (byte) 0x88 -> constant(1); // True
      case (byte) 0x89 -> constant(0); // False

      case '(' -> {
        stack.mark();
        yield Outcome.MORE;
      }
      case ']', ')' -> { // EMPTY_LIST, EMPTY_TUPLE
        stack.pushSequence(stack.height());
        yield Outcome.MORE;
      }
      case 'l', 't' -> { // LIST, TUPLE
        int floor = stack.unmark();
        if (floor == PickleStack.NONE) {
          yield Outcome.MALFORMED;
        }
        stack.pushSequence(floor);
        yield Outcome.MORE;
      }
      case (byte) 0x85 -> tuple(1);
      case (byte) 0x86 -> tuple(2);
      case (byte) 0x87 -> tuple(3);
      case 'a' -> append(stack.height() - 1); // APPEND
      case 'e' -> append(stack.unmark()); // APPENDS

      case 'q' -> memoize(length(1)); // BINPUT
      case 'r' -> memoize(length(Integer.BYTES)); // LONG_BINPUT
      case 'p' -> memoize(decimalLine()); // PUT
      case (byte) 0x94 -> memoize(stack.memoized()); // MEMOIZE
      case 'h' -> moreIf(stack.recall(length(1))); // BINGET
      case 'j' -> moreIf(stack.recall(length(Integer.BYTES))); // LONG_BINGET
      case 'g' -> moreIf(stack.recall(decimalLine())); // GET
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> {
        if (stack.aboveFloor() == 0) {
          yield Outcome.MALFORMED;
        }
        stack.duplicate();
        yield Outcome.MORE;
      }
      default -> isOpcode(opcode) ? Outcome.FORBIDDEN : Outcome.MALFORMED;
    };
  }

  /** Whether an opcode that is not known here is one at all. */
  private static boolean isOpcode(byte opcode) {
    int code = opcode & 0xff;
    return "PQRbcdiosu}".indexOf(code) >= 0 || code >= 0x81 && code <= 0x98;
  }

  // Texts

  private Outcome text(int lengthBytes) {
    int length = length(lengthBytes);
    if (length < 0 || length > end - at) {
      return Outcome.MALFORMED;
    }
    stack.pushText(ValueType.TEXT, at, length);
    at += length;
    return Outcome.MORE;
  }

  /** A text of Python's raw-unicode-escape: Latin-1, and escapes of four or eight digits. */
  private Outcome unicodeLine() {
    int from = at;
    int to = line();
    if (to < 0) {
      return Outcome.MALFORMED;
    }
    if (isPlain(from, to)) {
      stack.pushText(ValueType.TEXT, from, to - from);
      return Outcome.MORE;
    }
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      int digits = bytes[i] != '\\' || i + 1 == to ? 0 : unicodeDigits(bytes[i + 1]);
      if (digits == 0) {
        text.append((char) (bytes[i] & 0xff));
        continue;
      }
      int code = digits(i + 2, Math.min(to, i + 2 + digits), 16);
      if (i + 2 + digits > to || !Character.isValidCodePoint(code)) {
        return Outcome.MALFORMED;
      }
      text.appendCodePoint(code);
      i += 1 + digits;
    }
    return pushUnescaped(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static int unicodeDigits(byte letter) {
    return switch (letter) {
      case 'u' -> 4;
      case 'U' -> 8;
      default -> 0;
    };
  }

  /** A byte string of Python 2, as Python source has it: quoted, with escapes. */
  private Outcome stringLine() {
    int from = at;
    int to = line();
    while (to > from && FloatText.isBlank(bytes[to - 1])) {
      to--;
    }
    if (to - from < 2
        || bytes[from] != bytes[to - 1]
        || bytes[from] != '\'' && bytes[from] != '"') {
      return Outcome.MALFORMED;
    }
    from++;
    to--;
    if (isPlain(from, to)) {
      stack.pushText(ValueType.TEXT, from, to - from);
      return Outcome.MORE;
    }
    byte[] text = new byte[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] != '\\') {
        text[size++] = bytes[i];
        continue;
      }
      if (++i == to) {
        return Outcome.MALFORMED;
      }
      int code = "abtnvfr".indexOf(bytes[i]) + 7; // 7 to 13, in this order
      if (bytes[i] == 'x') {
        code = i + 3 > to ? -1 : digits(i + 1, i + 3, 16);
        i += 2;
      } else if (bytes[i] == '\\' || bytes[i] == '\'' || bytes[i] == '"') {
        code = bytes[i];
      } else if (bytes[i] >= '0' && bytes[i] <= '7') {
        int last = i;
        while (last + 1 < Math.min(to, i + 3) && bytes[last + 1] >= '0' && bytes[last + 1] <= '7') {
          last++;
        }
        code = digits(i, last + 1, 8);
        i = last;
      } else if (code < 7) { // no escape: Python leaves it as it is
        text[size++] = '\\';
        code = bytes[i];
      }
      if (code < 0) {
        return Outcome.MALFORMED;
      }
      text[size++] = (byte) code;
    }
    return pushUnescaped(Arrays.copyOf(text, size));
  }

  /** Whether bytes are ASCII without escapes. */
  private boolean isPlain(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0 || bytes[i] == '\\') {
        return false;
      }
    }
    return true;
  }

  private Outcome pushUnescaped(byte[] text) {
    if (text.length > unescaped.length - unescapedSize) {
      unescaped = Arrays.copyOf(unescaped, 2 * (unescapedSize + text.length));
    }
    System.arraycopy(text, 0, unescaped, unescapedSize, text.length);
    stack.pushText(ValueType.UNESCAPED_TEXT, unescapedSize, text.length);
    unescapedSize += text.length;
    return Outcome.MORE;
  }

  // Numbers

  private Outcome integer(int size, boolean signed) {
    if (size > end - at) {
      return Outcome.MALFORMED;
    }
    long value = littleEndian(size);
    stack.push(ValueType.INTEGER, signed ? (int) value : value);
    return Outcome.MORE;
  }

  private Outcome longInteger(int size) {
    if (size < 0 || size > end - at) {
      return Outcome.MALFORMED;
    }
    if (size <= Long.BYTES) {
      int unused = Long.SIZE - 8 * size;
      stack.push(ValueType.INTEGER, size == 0 ? 0 : littleEndian(size) << unused >> unused);
      return Outcome.MORE;
    }
    if (size > MAX_INTEGER_BYTES) {
      at += size;
      return other();
    }
    byte[] bigEndian = new byte[size];
    for (int i = 0; i < size; i++) {
      bigEndian[size - 1 - i] = bytes[at++];
    }
    return pushFinite(new BigInteger(bigEndian).doubleValue());
  }

  private Outcome integerLine() {
    int from = at;
    int to = line();
    if (to > from && bytes[to - 1] == 'L') {
      to--;
    }
    for (int i = from; i < to; i++) {
      boolean sign = i == from && (bytes[i] == '-' || bytes[i] == '+');
      if (!sign && (bytes[i] < '0' || bytes[i] > '9')) {
        return Outcome.MALFORMED;
      }
    }
    if (to < 0 || !number.read(bytes, from, to)) {
      return Outcome.MALFORMED;
    }
    return pushFinite(number.value());
  }

  private Outcome floatLine() {
    int from = at;
    int to = line();
    if (to < 0 || !number.read(bytes, from, to)) {
      return Outcome.MALFORMED;
    }
    stack.push(ValueType.DOUBLE, Double.doubleToRawLongBits(number.value()));
    return Outcome.MORE;
  }

  private Outcome binaryFloat() {
    if (Long.BYTES > end - at) {
      return Outcome.MALFORMED;
    }
    stack.push(ValueType.DOUBLE, Long.reverseBytes(littleEndian(Long.BYTES)));
    return Outcome.MORE;
  }

  /** Pushes an integer as a double; one that no double can hold is none that may be asked for. */
  private Outcome pushFinite(double value) {
    if (Double.isInfinite(value)) {
      return other();
    }
    stack.push(ValueType.DOUBLE, Double.doubleToRawLongBits(value));
    return Outcome.MORE;
  }

  private Outcome constant(int value) {
    stack.push(ValueType.INTEGER, value);
    return Outcome.MORE;
  }

  private Outcome other() {
    stack.push(ValueType.OTHER, 0);
    return Outcome.MORE;
  }

  // Sequences, stack and memo

  private Outcome tuple(int size) {
    if (stack.aboveFloor() < size) {
      return Outcome.MALFORMED;
    }
    stack.pushSequence(stack.height() - size);
    return Outcome.MORE;
  }

  /** Appends what stands above {@code floor} to what stands below it. */
  private Outcome append(int floor) {
    if (floor <= stack.floor()) { // there is nothing below, or no mark
      return Outcome.MALFORMED;
    }
    int list = stack.at(floor - 1);
    if (stack.type(list) != ValueType.SEQUENCE) {
      return Outcome.MALFORMED;
    }
    stack.append(list, floor);
    return Outcome.MORE;
  }

  private Outcome memoize(int number) {
    // Pickles count upwards from 0 or 1, so no number is above that of their bytes.
    if (number < 0 || number > end - start || stack.aboveFloor() == 0) {
      return Outcome.MALFORMED;
    }
    stack.memoize(number);
    return Outcome.MORE;
  }

  private Outcome pop() {
    if (stack.aboveFloor() == 0) {
      return popMark(); // Python takes the mark then
    }
    stack.pop();
    return Outcome.MORE;
  }

  private Outcome popMark() {
    int floor = stack.unmark();
    if (floor == PickleStack.NONE) {
      return Outcome.MALFORMED;
    }
    stack.truncate(floor);
    return Outcome.MORE;
  }

  // Bytes

  private Outcome skip(int count) {
    if (count > end - at) {
      return Outcome.MALFORMED;
    }
    at += count;
    return Outcome.MORE;
  }

  /** Reads a length or number of 1, 4 or 8 bytes; negative when it does not fit an int. */
  private int length(int size) {
    if (size > end - at) {
      return -1;
    }
    long length = littleEndian(size);
    return length >= 0 && length <= Integer.MAX_VALUE ? (int) length : -1;
  }

  /** Reads an unsigned integer; the bytes must be there. */
  private long littleEndian(int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes[at++] & 0xffL) << 8 * i;
    }
    return value;
  }

  /** Goes behind the next line feed and returns where it stands; negative when there is none. */
  private int line() {
    for (int i = at; i < end; i++) {
      if (bytes[i] == '\n') {
        at = i + 1;
        return i;
      }
    }
    return -1;
  }

  /** Reads a line that is a short decimal number; negative when it is not. */
  private int decimalLine() {
    int from = at;
    int to = line();
    return to <= from || to - from > 9 ? -1 : digits(from, to, 10);
  }

  /** The number that digits are; negative when they are none. */
  private int digits(int from, int to, int radix) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] < 0 ? -1 : Character.digit(bytes[i], radix);
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value <= Integer.MAX_VALUE ? (int) value : -1;
  }

  // Samples

  private void deliver(long nowMillis, SeriesCache.Lookup lookup, SampleSink sink) {
    int top = stack.top();
    if (stack.type(top) != ValueType.SEQUENCE) {
      sink.rejected(Rejection.MALFORMED, bytes, start, end);
      return;
    }
    int cell = stack.firstCell(top);
    for (int left = stack.size(top); left > 0; left--) {
      deliver(stack.element(cell), nowMillis, lookup, sink);
      cell = stack.nextCell(cell);
    }
  }

  /** Delivers one {@code (path, (timestamp, value))}. */
  private void deliver(int item, long nowMillis, SeriesCache.Lookup lookup, SampleSink sink) {
    if (stack.size(item) != 2) {
      sink.rejected(Rejection.MALFORMED, bytes, start, end);
      return;
    }
    int path = stack.first(item);
    int point = stack.second(item);
    if (!isText(path) || stack.size(point) != 2) {
      sink.rejected(Rejection.MALFORMED, bytes, start, end);
      return;
    }
    byte[] text = textBytes(path);
    int from = stack.offset(path);
    int to = from + stack.length(path);
    while (from < to && FloatText.isBlank(text[from])) {
      from++;
    }
    while (to > from && FloatText.isBlank(text[to - 1])) {
      to--;
    }
    if (!readNumber(stack.second(point))) {
      sink.rejected(Rejection.INVALID_VALUE, text, from, to);
      return;
    }
    double value = numberRead;
    if (!readNumber(stack.first(point))) {
      sink.rejected(Rejection.INVALID_TIMESTAMP, text, from, to);
      return;
    }
    long timestampMillis = Seconds.toMillis(numberRead, nowMillis);
    if (timestampMillis == Seconds.INVALID) {
      sink.rejected(Rejection.INVALID_TIMESTAMP, text, from, to);
    } else if (Double.isNaN(value)) {
      sink.rejected(Rejection.NAN, text, from, to);
    } else if (to - from > maxPathBytes) {
      sink.rejected(Rejection.TOO_LARGE, text, from, to);
    } else {
      resolve(text, from, to - from, timestampMillis, value, lookup, sink);
    }
  }

  private void resolve(
      byte[] text,
      int offset,
      int length,
      long timestampMillis,
      double value,
      SeriesCache.Lookup lookup,
      SampleSink sink) {
    long ref = lookup.find(tenant, text, offset, length);
    if (ref == SeriesCache.ABSENT) {
      sink.unknown(text, offset, length, timestampMillis, value);
    } else if (CachedRef.isRefused(ref)) {
      sink.rejected(CachedRef.reason(ref), text, offset, offset + length);
    } else {
      sink.sample(ref, timestampMillis, value);
    }
  }

  private boolean isText(int value) {
    ValueType type = stack.type(value);
    return type == ValueType.TEXT || type == ValueType.UNESCAPED_TEXT;
  }

  private byte[] textBytes(int text) {
    return stack.type(text) == ValueType.TEXT ? bytes : unescaped;
  }

  /** Reads a value that is a number, or a text of one. */
  private boolean readNumber(int value) {
    switch (stack.type(value)) {
      case INTEGER -> numberRead = (double) stack.word(value);
      case DOUBLE -> numberRead = Double.longBitsToDouble(stack.word(value));
      case TEXT, UNESCAPED_TEXT -> {
        int from = stack.offset(value);
        if (!number.read(textBytes(value), from, from + stack.length(value))) {
          return false;
        }
        numberRead = number.value();
      }
      case SEQUENCE, OTHER -> {
        return false;
      }
    }
    return true;
  }
}
