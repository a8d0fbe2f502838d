/** Prometheus remote write: Snappy, the protobuf walk, and both listeners. */
@NullMarked
package orzo.remotewrite;

import org.jspecify.annotations.NullMarked;
