/** How much a member asks for ahead of need, and how it asks. */
@NullMarked
package io.phalanx.cluster.demand;

import org.jspecify.annotations.NullMarked;
