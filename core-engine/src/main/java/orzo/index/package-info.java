/** The series index: label pairs to bitmaps of series, and matchers over it. */
@NullMarked
package orzo.index;

import org.jspecify.annotations.NullMarked;
