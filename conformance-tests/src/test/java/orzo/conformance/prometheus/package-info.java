/** Tests of the tools themselves, without a server. */
@NullMarked
package orzo.conformance.prometheus;

import org.jspecify.annotations.NullMarked;
