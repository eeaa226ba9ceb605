/** WebSocket through a node, by the Autobahn test suite. */
@NullMarked
package io.phalanx.it.websocket;

import org.jspecify.annotations.NullMarked;
