/** What can be set, how it is written, where it was set, and what is wrong with it. */
@NullMarked
package orzo.gateway.configuration;

import org.jspecify.annotations.NullMarked;
