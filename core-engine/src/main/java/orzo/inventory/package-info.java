/** Resources as they are shown: what was created, and what protocols tell of. */
@NullMarked
package orzo.inventory;

import org.jspecify.annotations.NullMarked;
