/** Resources: the things that metrics measure, found by type and id, with their metrics. */
@NullMarked
package orzo.resource;

import org.jspecify.annotations.NullMarked;
