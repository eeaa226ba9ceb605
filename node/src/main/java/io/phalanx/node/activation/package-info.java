/** From a revision to what is served: decode, compile, swap. */
@NullMarked
package io.phalanx.node.activation;

import org.jspecify.annotations.NullMarked;
