/** The model: tenants, labels, metrics and their archive policies. */
@NullMarked
package orzo.metric;

import org.jspecify.annotations.NullMarked;
