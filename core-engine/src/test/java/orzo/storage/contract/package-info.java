/**
 * What every implementation of a storage port must do: abstract JUnit classes that each
 * implementation's own tests extend.
 */
@NullMarked
package orzo.storage.contract;

import org.jspecify.annotations.NullMarked;
