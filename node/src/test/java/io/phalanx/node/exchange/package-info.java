@NullMarked
package io.phalanx.node.exchange;

import org.jspecify.annotations.NullMarked;
