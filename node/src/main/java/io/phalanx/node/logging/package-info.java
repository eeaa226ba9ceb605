/** The node's own log. */
@NullMarked
package io.phalanx.node.logging;

import org.jspecify.annotations.NullMarked;
