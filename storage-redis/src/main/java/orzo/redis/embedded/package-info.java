/** A Redis server of the gateway's own, for those who configure none. */
@NullMarked
package orzo.redis.embedded;

import org.jspecify.annotations.NullMarked;
