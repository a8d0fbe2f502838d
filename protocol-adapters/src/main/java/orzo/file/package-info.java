/** Files that tell the gateway something, and are read again when they change. */
@NullMarked
package orzo.file;

import org.jspecify.annotations.NullMarked;
