/**
 * The same queries to several servers with the same data: their answers, and how long they take.
 */
@NullMarked
package orzo.conformance.queries;

import org.jspecify.annotations.NullMarked;
