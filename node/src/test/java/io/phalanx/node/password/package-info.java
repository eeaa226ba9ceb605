@NullMarked
package io.phalanx.node.password;

import org.jspecify.annotations.NullMarked;
