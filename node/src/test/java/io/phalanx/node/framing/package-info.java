@NullMarked
package io.phalanx.node.framing;

import org.jspecify.annotations.NullMarked;
