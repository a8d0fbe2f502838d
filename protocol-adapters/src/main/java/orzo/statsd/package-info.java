/** StatsD and its dialects: lines in, aggregation between flushes, statistics out. */
@NullMarked
package orzo.statsd;

import org.jspecify.annotations.NullMarked;
