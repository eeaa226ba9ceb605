@NullMarked
package io.phalanx.node.sticky;

import org.jspecify.annotations.NullMarked;
