@NullMarked
package io.phalanx.node.attempt;

import org.jspecify.annotations.NullMarked;
