/** From a provider's snapshot to a revision: supervise, compare, throttle, publish. */
@NullMarked
package io.phalanx.node.provision;

import org.jspecify.annotations.NullMarked;
