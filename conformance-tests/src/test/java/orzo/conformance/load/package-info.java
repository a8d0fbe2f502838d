/** Tests of the tools themselves, without a server. */
@NullMarked
package orzo.conformance.load;

import org.jspecify.annotations.NullMarked;
