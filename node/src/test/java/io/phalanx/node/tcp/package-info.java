@NullMarked
package io.phalanx.node.tcp;

import org.jspecify.annotations.NullMarked;
