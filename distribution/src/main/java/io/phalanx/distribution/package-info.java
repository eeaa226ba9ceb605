/** Part of the build, and of nothing that is packed: what makes archives out of a node's jars. */
@NullMarked
package io.phalanx.distribution;

import org.jspecify.annotations.NullMarked;
