/** Scanners of others against a node, beside a peer. */
@NullMarked
package io.phalanx.it.scan;

import org.jspecify.annotations.NullMarked;
