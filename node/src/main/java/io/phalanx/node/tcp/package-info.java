/**
 * TCP routers and what they lead to: which of them takes a connection, and what becomes of it until
 * it is sent to a server. Knows no sockets.
 */
@NullMarked
package io.phalanx.node.tcp;

import org.jspecify.annotations.NullMarked;
