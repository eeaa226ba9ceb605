@NullMarked
package io.phalanx.node.forwarding;

import org.jspecify.annotations.NullMarked;
