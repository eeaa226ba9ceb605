@NullMarked
package io.phalanx.node.activation;

import org.jspecify.annotations.NullMarked;
