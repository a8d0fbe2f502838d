/** Tests of the command line, the launcher script and the architecture. */
@NullMarked
package orzo.gateway;

import org.jspecify.annotations.NullMarked;
