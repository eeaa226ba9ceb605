/** Which part of the fleet a member can speak for while it may be split. */
@NullMarked
package io.phalanx.cluster.side;

import org.jspecify.annotations.NullMarked;
