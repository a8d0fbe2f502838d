/** Gnocchi's operations on measures: how they are written, and what they then are. */
@NullMarked
package orzo.gnocchi.operations;

import org.jspecify.annotations.NullMarked;
