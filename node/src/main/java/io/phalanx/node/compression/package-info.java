/**
 * Bodies in gzip, brotli and zstd: which of them a client wants, and how they are made while a body
 * streams. Knows no server, no socket and no protocol.
 */
@NullMarked
package io.phalanx.node.compression;

import org.jspecify.annotations.NullMarked;
