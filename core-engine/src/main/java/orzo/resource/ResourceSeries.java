package orzo.resource;

import java.util.Arrays;
import orzo.metric.ResourceRef;

/**
 * A resource of the index, and the series that belong to it. Only {@link ResourceIndex} looks in.
 */
public final class ResourceSeries {
  final ResourceIndex.TenantResources owner;
  final String type;
  final String id;

  private long[] series = new long[1]; // guarded by the owner's lock
  private int size; // guarded by the owner's lock

  ResourceSeries(ResourceIndex.TenantResources owner, String type, String id) {
    this.owner = owner;
    this.type = type;
    this.id = id;
  }

  /** Its type and id. */
  public ResourceRef ref() {
    return new ResourceRef(type, id);
  }

  void add(long ref) {
    if (size == series.length) {
      series = Arrays.copyOf(series, size + (size >> 1) + 1);
    }
    series[size++] = ref;
  }

  /** Takes a series away, and says whether there is none any more. */
  boolean remove(long ref) {
    for (int i = 0; i < size; i++) {
      if (series[i] == ref) {
        series[i] = series[--size];
        break;
      }
    }
    return size == 0;
  }

  long[] series() {
    return Arrays.copyOf(series, size);
  }
}
