/** Columns of integers and of doubles as dense bytes, which every kind of split is made of. */
@NullMarked
package orzo.column;

import org.jspecify.annotations.NullMarked;
