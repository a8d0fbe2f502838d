/** The Gnocchi REST API: archive policies and their rules. */
@NullMarked
package orzo.http.gnocchi;

import org.jspecify.annotations.NullMarked;
