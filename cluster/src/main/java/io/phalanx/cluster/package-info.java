/**
 * The fleet: its members and the state they share. Knows no routes. Ports are in the sub-packages,
 * by kind of state.
 */
@NullMarked
package io.phalanx.cluster;

import org.jspecify.annotations.NullMarked;
