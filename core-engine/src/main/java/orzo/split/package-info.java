/** Raw splits: their time-aligned spans and the codec of their blocks. */
@NullMarked
package orzo.split;

import org.jspecify.annotations.NullMarked;
