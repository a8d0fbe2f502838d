/** Archive policies in force: the live book of them, and who may change what. */
@NullMarked
package orzo.policy;

import org.jspecify.annotations.NullMarked;
