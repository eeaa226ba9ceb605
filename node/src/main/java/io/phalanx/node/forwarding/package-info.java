/**
 * The upstream engine: sends requests to servers over HTTP/1.1 and HTTP/2, and their answers back.
 * Everything of one exchange happens on the I/O thread that the exchange came by; each I/O thread
 * keeps its own connections, so nothing here is locked.
 */
@NullMarked
package io.phalanx.node.forwarding;

import org.jspecify.annotations.NullMarked;
