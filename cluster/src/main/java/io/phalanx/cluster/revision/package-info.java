/** Revisions: numbered configurations of the whole fleet. */
@NullMarked
package io.phalanx.cluster.revision;

import org.jspecify.annotations.NullMarked;
