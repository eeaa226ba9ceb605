/** How a node comes to its listening sockets. */
@NullMarked
package io.phalanx.it.sockets;

import org.jspecify.annotations.NullMarked;
