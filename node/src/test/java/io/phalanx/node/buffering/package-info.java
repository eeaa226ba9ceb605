@NullMarked
package io.phalanx.node.buffering;

import org.jspecify.annotations.NullMarked;
