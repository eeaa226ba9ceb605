/** Secrets and private keys that a dump of the heap does not show. */
@NullMarked
package io.phalanx.secrets;

import org.jspecify.annotations.NullMarked;
