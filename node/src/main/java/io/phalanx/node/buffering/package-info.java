/**
 * Bodies that are held whole, in memory and in files, and when a request is sent again for its
 * answer. Knows no server, no socket and no protocol.
 */
@NullMarked
package io.phalanx.node.buffering;

import org.jspecify.annotations.NullMarked;
