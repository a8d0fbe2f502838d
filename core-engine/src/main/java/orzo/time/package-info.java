/** Doing things again and again. */
@NullMarked
package orzo.time;

import org.jspecify.annotations.NullMarked;
