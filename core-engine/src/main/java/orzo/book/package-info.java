/** What is created through the Gnocchi API: resource types, resources with history, and metrics. */
@NullMarked
package orzo.book;

import org.jspecify.annotations.NullMarked;
