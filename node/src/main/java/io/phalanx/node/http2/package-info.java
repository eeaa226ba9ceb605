/**
 * HTTP/2 (RFC 9113) as a machine that takes bytes and gives bytes, for both sides of a connection.
 * It knows streams, windows and bounds, and no socket, thread or clock: {@link
 * io.phalanx.node.http2.Http2Connection#receive} is given what came, {@link
 * io.phalanx.node.http2.Transport} sends, and time is a parameter. Everything of one connection
 * happens in one thread.
 */
@NullMarked
package io.phalanx.node.http2;

import org.jspecify.annotations.NullMarked;
