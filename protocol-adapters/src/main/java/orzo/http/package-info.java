/**
 * The HTTP server that all APIs share: listening, closing, cross-origin rules, tenants, form
 * parameters, and answers that go out as fast as the client takes them.
 */
@NullMarked
package orzo.http;

import org.jspecify.annotations.NullMarked;
