/** The storage ports on Redis, with Lettuce. */
@NullMarked
package orzo.redis;

import org.jspecify.annotations.NullMarked;
