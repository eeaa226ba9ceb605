/** The fleet key and what is derived from it: who may join. */
@NullMarked
package io.phalanx.cluster.key;

import org.jspecify.annotations.NullMarked;
