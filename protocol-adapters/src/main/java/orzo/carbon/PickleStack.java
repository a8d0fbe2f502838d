package orzo.carbon;

import java.util.Arrays;

/**
 * What a pickle builds: values in columns, named by their number, so that no value is an object; a
 * stack and a memo of such numbers. Everything it holds was paid for with at least one byte of the
 * pickle. Not safe for many threads.
 */
final class PickleStack {
  /** What a value is. */
  enum ValueType {
    /** {@link #word} is a number. */
    INTEGER,
    /** {@link #word} are a double's bits. */
    DOUBLE,
    /** {@link #word} has offset and length of bytes of the pickle. */
    TEXT,
    /** {@link #word} has offset and length of bytes that were unescaped. */
    UNESCAPED_TEXT,
    /** A list or a tuple: values in order. */
    SEQUENCE,
    /** Something that is neither a text, a number nor a sequence. */
    OTHER
  }

  /** There is no such value. */
  static final int NONE = -1;

  private static final ValueType[] TYPES = ValueType.values();
  private static final int INITIAL = 1024;

  /** Room that stays after a large pickle. */
  private static final int MAX_KEPT = 1 << 16;

  private byte[] types = new byte[INITIAL];
  private long[] words = new long[INITIAL]; // of a sequence: its first cell, and its last
  private int[] sizes = new int[INITIAL]; // of a sequence: how many elements it has
  private int values;

  private int[] elements = new int[INITIAL]; // by cell: the element in it
  private int[] nextCells = new int[INITIAL];
  private int cells;

  private int[] stack = new int[INITIAL];
  private int height;
  private int[] marks = new int[16]; // heights of the stack
  private int depth;

  private int[] memo = new int[INITIAL];
  private int memoEnd;
  private int memoized;

  /** Forgets a pickle. */
  void clear() {
    if (Math.max(Math.max(types.length, elements.length), Math.max(stack.length, memo.length))
            > MAX_KEPT
        || marks.length > MAX_KEPT) {
      types = new byte[INITIAL];
      words = new long[INITIAL];
      sizes = new int[INITIAL];
      elements = new int[INITIAL];
      nextCells = new int[INITIAL];
      stack = new int[INITIAL];
      marks = new int[16];
      memo = new int[INITIAL];
    }
    values = 0;
    cells = 0;
    height = 0;
    depth = 0;
    memoEnd = 0;
    memoized = 0;
  }

  /** Pushes a new value. */
  void push(ValueType type, long word) {
    push(add(type, word));
  }

  /** Pushes a new text or unescaped text. */
  void pushText(ValueType type, int offset, int length) {
    push(type, (long) offset << 32 | length);
  }

  /** Pushes a new sequence of what stands above {@code floor}, and takes that away. */
  void pushSequence(int floor) {
    int sequence = add(ValueType.SEQUENCE, 0);
    append(sequence, floor);
    push(sequence);
  }

  private int add(ValueType type, long word) {
    if (values == types.length) {
      types = Arrays.copyOf(types, 2 * values);
      words = Arrays.copyOf(words, 2 * values);
      sizes = Arrays.copyOf(sizes, 2 * values);
    }
    types[values] = (byte) type.ordinal();
    words[values] = word;
    sizes[values] = 0;
    return values++;
  }

  private void push(int value) {
    if (height == stack.length) {
      stack = Arrays.copyOf(stack, 2 * height);
    }
    stack[height++] = value;
  }

  /** The height to which the stack may be taken down: that of the last mark. */
  int floor() {
    return depth == 0 ? 0 : marks[depth - 1];
  }

  /** How many values stand above the last mark. */
  int aboveFloor() {
    return height - floor();
  }

  /** The height of the stack. */
  int height() {
    return height;
  }

  /** Takes the value on top away and returns it; {@link #aboveFloor} must be more than 0. */
  int pop() {
    return stack[--height];
  }

  /** The value on top; {@link #aboveFloor} must be more than 0. */
  int top() {
    return stack[height - 1];
  }

  /** The value at a height. */
  int at(int height) {
    return stack[height];
  }

  /** Takes everything above a height away. */
  void truncate(int height) {
    this.height = height;
  }

  /** Marks the height of the stack. */
  void mark() {
    if (depth == marks.length) {
      marks = Arrays.copyOf(marks, 2 * depth);
    }
    marks[depth++] = height;
  }

  /** Takes the last mark away and returns its height; {@link #NONE} when there is none. */
  int unmark() {
    return depth == 0 ? NONE : marks[--depth];
  }

  /** Appends what stands above {@code floor} to a sequence, and takes it away. */
  void append(int sequence, int floor) {
    int count = height - floor;
    if (count > elements.length - cells) {
      int grown = Math.max(cells + count, 2 * elements.length);
      elements = Arrays.copyOf(elements, grown);
      nextCells = Arrays.copyOf(nextCells, grown);
    }
    int last = sizes[sequence] == 0 ? NONE : (int) words[sequence];
    int first = sizes[sequence] == 0 ? cells : (int) (words[sequence] >>> 32);
    for (int i = floor; i < height; i++) {
      elements[cells] = stack[i];
      if (last != NONE) {
        nextCells[last] = cells;
      }
      last = cells++;
    }
    words[sequence] = (long) first << 32 | last & 0xffff_ffffL;
    sizes[sequence] += count;
    height = floor;
  }

  /** Remembers the value on top under a number. */
  void memoize(int number) {
    if (number >= memo.length) {
      memo = Arrays.copyOf(memo, Math.max(number + 1, 2 * memo.length));
    }
    if (number >= memoEnd) {
      Arrays.fill(memo, memoEnd, number, NONE);
      memoEnd = number + 1;
    }
    memo[number] = top();
    memoized++;
  }

  /** How often a value was remembered. */
  int memoized() {
    return memoized;
  }

  /** Pushes what was remembered under a number; false when nothing was. */
  boolean recall(int number) {
    if (number < 0 || number >= memoEnd || memo[number] == NONE) {
      return false;
    }
    push(memo[number]);
    return true;
  }

  /** Pushes the value on top once more. */
  void duplicate() {
    push(top());
  }

  /** What a value is. */
  ValueType type(int value) {
    return TYPES[types[value]];
  }

  /** What {@link ValueType} says. */
  long word(int value) {
    return words[value];
  }

  /** Where a text starts. */
  int offset(int text) {
    return (int) (words[text] >>> 32);
  }

  /** How many bytes a text has. */
  int length(int text) {
    return (int) words[text];
  }

  /** How many elements a sequence has; 0 for what is none. */
  int size(int value) {
    return sizes[value];
  }

  /** The first element of a sequence that has one. */
  int first(int sequence) {
    return elements[firstCell(sequence)];
  }

  /** The second element of a sequence that has two. */
  int second(int sequence) {
    return elements[nextCells[firstCell(sequence)]];
  }

  /** The cell of a sequence's first element; only if it has one. */
  int firstCell(int sequence) {
    return (int) (words[sequence] >>> 32);
  }

  /** The cell of the next element; only if there is one. */
  int nextCell(int cell) {
    return nextCells[cell];
  }

  /** The element in a cell. */
  int element(int cell) {
    return elements[cell];
  }
}
