package orzo.read;

import java.util.List;
import orzo.index.Matcher;
import orzo.metric.Tenant;

/** Finds series and reads their samples: what query languages know of storage. */
public interface SeriesReader {
  /** The series of a tenant that satisfy all matchers. */
  Selection select(Tenant tenant, List<Matcher> matchers);
}
