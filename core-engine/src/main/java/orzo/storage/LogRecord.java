package orzo.storage;

/**
 * A record of a {@link RecordLog}.
 *
 * @param position its place in the log, counted from 1
 * @param bytes what was appended; not to be changed
 */
public record LogRecord(long position, byte[] bytes) {}
