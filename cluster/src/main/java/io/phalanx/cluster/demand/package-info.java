/** How much a member asks for ahead of need. */
@NullMarked
package io.phalanx.cluster.demand;

import org.jspecify.annotations.NullMarked;
