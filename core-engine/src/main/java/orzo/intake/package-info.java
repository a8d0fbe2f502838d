/** Taking samples in: resolving series, grouping by sack, committing to the backlog. */
@NullMarked
package orzo.intake;

import org.jspecify.annotations.NullMarked;
