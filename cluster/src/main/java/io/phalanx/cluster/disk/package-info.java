/** How what must survive a loss of power is written. */
@NullMarked
package io.phalanx.cluster.disk;

import org.jspecify.annotations.NullMarked;
