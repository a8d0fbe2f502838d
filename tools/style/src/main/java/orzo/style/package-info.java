/** The formatter and the source rules of this build. */
@NullMarked
package orzo.style;

import org.jspecify.annotations.NullMarked;
