/** Answers from aggregates against answers from samples, on a started gateway. */
@NullMarked
package orzo.conformance.tiers;

import org.jspecify.annotations.NullMarked;
