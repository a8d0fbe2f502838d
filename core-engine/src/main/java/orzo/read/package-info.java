/** Reading samples: selections of series, merged from stored splits and the unflushed tail. */
@NullMarked
package orzo.read;

import org.jspecify.annotations.NullMarked;
