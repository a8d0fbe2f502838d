/** The program: command line, configuration, and the only wiring. */
@NullMarked
package orzo.gateway;

import org.jspecify.annotations.NullMarked;
