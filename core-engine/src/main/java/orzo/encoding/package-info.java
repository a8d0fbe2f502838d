/** Bytes as stored: little-endian words, variable-length integers, bounded readers. */
@NullMarked
package orzo.encoding;

import org.jspecify.annotations.NullMarked;
