@NullMarked
package io.phalanx.node.middleware;

import org.jspecify.annotations.NullMarked;
