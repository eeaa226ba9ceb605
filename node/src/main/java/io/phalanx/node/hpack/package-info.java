/**
 * Compression of header fields for HTTP/2 (RFC 7541): what is received is decoded with names and
 * values that are there already where that can be, what is sent is written straight into an array.
 * Knows no connection and no frame.
 */
@NullMarked
package io.phalanx.node.hpack;

import org.jspecify.annotations.NullMarked;
