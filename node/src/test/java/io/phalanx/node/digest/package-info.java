@NullMarked
package io.phalanx.node.digest;

import org.jspecify.annotations.NullMarked;
