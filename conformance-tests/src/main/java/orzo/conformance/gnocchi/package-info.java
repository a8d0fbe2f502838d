/** What Gnocchi's API costs: pushes, processing, reads, aggregates and memory. */
@NullMarked
package orzo.conformance.gnocchi;

import org.jspecify.annotations.NullMarked;
