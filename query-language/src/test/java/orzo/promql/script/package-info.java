/** Text scripts that load series, ask queries and state the answers. */
@NullMarked
package orzo.promql.script;

import org.jspecify.annotations.NullMarked;
