/** Leases: tasks that only one member may do now. */
@NullMarked
package io.phalanx.cluster.lease;

import org.jspecify.annotations.NullMarked;
