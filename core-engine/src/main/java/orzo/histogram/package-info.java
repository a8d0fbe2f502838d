/** Native histograms: the value, its arithmetic, and what can be estimated from it. */
@NullMarked
package orzo.histogram;

import org.jspecify.annotations.NullMarked;
