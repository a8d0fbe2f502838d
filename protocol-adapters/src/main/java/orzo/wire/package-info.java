/** Formats that several protocols have in common: protobuf's wire format, Snappy's blocks. */
@NullMarked
package orzo.wire;

import org.jspecify.annotations.NullMarked;
