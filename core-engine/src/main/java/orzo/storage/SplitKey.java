package orzo.storage;

/**
 * The name of a raw split inside its sack.
 *
 * @param series the series' integer in its sack
 * @param startMillis first instant of the split's span, epoch milliseconds, a multiple of the span
 */
public record SplitKey(int series, long startMillis) {}
