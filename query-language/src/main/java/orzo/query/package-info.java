/** Questions and answers: what a protocol needs to have a query evaluated. */
@NullMarked
package orzo.query;

import org.jspecify.annotations.NullMarked;
