/** Users with passwords and tokens, and who of them sends a request. */
@NullMarked
package orzo.access;

import org.jspecify.annotations.NullMarked;
