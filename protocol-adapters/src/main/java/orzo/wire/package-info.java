/**
 * Formats that several protocols have in common: protobuf's wire format, Snappy's blocks, decimals.
 */
@NullMarked
package orzo.wire;

import org.jspecify.annotations.NullMarked;
