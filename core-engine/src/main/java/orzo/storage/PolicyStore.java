package orzo.storage;

import java.util.List;

/**
 * Archive policies and their rules, of all tenants, with a version that every change raises. It
 * stores what it is told; what may be changed is decided above. Safe for many threads. Calls block.
 */
public interface PolicyStore {
  /** The version of what is stored, 0 when nothing ever was. Costs one small round trip. */
  long version();

  /** Everything, as of one version. */
  StoredPolicies read();

  /**
   * Makes all changes, in order, and raises the version by one, if it is still {@code version};
   * otherwise does nothing. After {@link Kind#UNAVAILABLE} it is unknown whether they were made:
   * read again.
   *
   * @return whether the changes were made
   */
  boolean change(long version, List<PolicyChange> changes);
}
