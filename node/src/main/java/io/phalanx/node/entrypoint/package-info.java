/**
 * Where requests come in: sockets, the bounds on what a stranger may send, the one normalisation of
 * the path, and what an untrusted peer may not claim. Undertow is the codec; what is behind this
 * package sees only exchanges.
 */
@NullMarked
package io.phalanx.node.entrypoint;

import org.jspecify.annotations.NullMarked;
