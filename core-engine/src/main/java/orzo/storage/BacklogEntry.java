package orzo.storage;

/**
 * One stored entry of a backlog.
 *
 * @param position where it stands
 * @param bytes what was appended; not to be changed
 */
public record BacklogEntry(BacklogPosition position, byte[] bytes) {}
