/**
 * Gnocchi's operations evaluated over arrays. Answers are those of NumPy, with which Gnocchi
 * computes them: NaN is a value that is missing, and sums are made in the same order.
 */
@NullMarked
package orzo.gnocchi.aggregates;

import org.jspecify.annotations.NullMarked;
