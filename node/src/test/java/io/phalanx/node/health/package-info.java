@NullMarked
package io.phalanx.node.health;

import org.jspecify.annotations.NullMarked;
