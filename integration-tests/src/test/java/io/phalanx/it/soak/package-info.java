/** Long mixed traffic with all that goes wrong between peers, and what a node is left with. */
@NullMarked
package io.phalanx.it.soak;

import org.jspecify.annotations.NullMarked;
