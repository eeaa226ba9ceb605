/** Quotas: how many may pass within a window that may be long, which survives restarts. */
@NullMarked
package io.phalanx.cluster.quota;

import org.jspecify.annotations.NullMarked;
