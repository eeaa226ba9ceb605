/** Nodes and a real authority: Pebble, as Debian has it, with its fault injection on. */
@NullMarked
package io.phalanx.it.acme;

import org.jspecify.annotations.NullMarked;
