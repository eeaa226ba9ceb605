/** How a node comes up. */
@NullMarked
package io.phalanx.it.start;

import org.jspecify.annotations.NullMarked;
