/** Whether this node is up, for whoever asks over HTTP. */
@NullMarked
package io.phalanx.node.ping;

import org.jspecify.annotations.NullMarked;
