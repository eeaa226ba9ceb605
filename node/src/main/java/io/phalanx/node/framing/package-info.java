/** How HTTP/1.1 says where a body ends. Knows no socket, and neither clients nor servers. */
@NullMarked
package io.phalanx.node.framing;

import org.jspecify.annotations.NullMarked;
