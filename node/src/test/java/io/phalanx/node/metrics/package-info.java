@NullMarked
package io.phalanx.node.metrics;

import org.jspecify.annotations.NullMarked;
