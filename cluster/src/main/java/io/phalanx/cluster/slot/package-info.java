/** Slots: how many may be inside at one time, in the whole fleet. */
@NullMarked
package io.phalanx.cluster.slot;

import org.jspecify.annotations.NullMarked;
