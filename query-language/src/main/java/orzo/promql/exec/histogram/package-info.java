/** What PromQL estimates from native histograms, and what it says about them. */
@NullMarked
package orzo.promql.exec.histogram;

import org.jspecify.annotations.NullMarked;
