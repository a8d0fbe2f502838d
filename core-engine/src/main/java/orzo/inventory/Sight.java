package orzo.inventory;

import org.jspecify.annotations.Nullable;

/** Which created metrics somebody sees who asks for series by labels. */
public interface Sight {
  /** All of them. */
  Sight ALL = (_, _) -> true;

  /** None. */
  Sight NOTHING = (_, _) -> false;

  /** That of whom the running thread asks for. */
  ScopedValue<Sight> CURRENT = ScopedValue.newInstance();

  /**
   * Whether a metric is seen.
   *
   * @param creator who created it, null when nobody is known
   * @param project the project of its resource, null for none
   */
  boolean sees(@Nullable String creator, @Nullable String project);
}
