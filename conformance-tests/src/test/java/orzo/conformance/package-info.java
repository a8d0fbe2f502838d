/** What the gateway promises, asked of its distribution from outside. */
@NullMarked
package orzo.conformance;

import org.jspecify.annotations.NullMarked;
