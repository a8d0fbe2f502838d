/** The same questions to raw samples and to aggregates: are the answers the same, and how fast. */
@NullMarked
package orzo.conformance.tiers;

import org.jspecify.annotations.NullMarked;
