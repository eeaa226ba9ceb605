@NullMarked
package io.phalanx.node.breaker;

import org.jspecify.annotations.NullMarked;
