/** Tests of configuration. */
@NullMarked
package orzo.gateway.configuration;

import org.jspecify.annotations.NullMarked;
