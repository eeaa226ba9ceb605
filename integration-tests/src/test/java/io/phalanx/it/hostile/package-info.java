/** Clients that want to use a node up, and such that only want to be served beside them. */
@NullMarked
package io.phalanx.it.hostile;

import org.jspecify.annotations.NullMarked;
