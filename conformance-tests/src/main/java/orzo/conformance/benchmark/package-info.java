/** JMH benchmarks of hot paths; {@code conformance-tests/benchmark} runs them. */
@NullMarked
package orzo.conformance.benchmark;

import org.jspecify.annotations.NullMarked;
