/** The ports on a node of its own: no cluster is started. */
@NullMarked
package io.phalanx.cluster.local;

import org.jspecify.annotations.NullMarked;
