/**
 * What one request is to everything behind the entry points: heads that can be read and edited,
 * bodies as streams, and the words in which middlewares decide and failures are told. Knows no
 * server, no socket and no protocol.
 */
@NullMarked
package io.phalanx.node.exchange;

import org.jspecify.annotations.NullMarked;
