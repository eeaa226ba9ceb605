/** Circuit breakers: who is refused because what would answer fails, in the whole fleet. */
@NullMarked
package io.phalanx.cluster.breaker;

import org.jspecify.annotations.NullMarked;
