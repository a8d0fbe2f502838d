/** From the names that Graphite and StatsD clients send to labels, resources and policies. */
@NullMarked
package orzo.mapping;

import org.jspecify.annotations.NullMarked;
