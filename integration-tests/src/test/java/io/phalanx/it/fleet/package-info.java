/** Fleets of real processes: one configuration, one limit, members that die. */
@NullMarked
package io.phalanx.it.fleet;

import org.jspecify.annotations.NullMarked;
