/** The ports to storage, and the one exception that crosses them. */
@NullMarked
package orzo.storage;

import org.jspecify.annotations.NullMarked;
