@NullMarked
package io.phalanx.node.provision;

import org.jspecify.annotations.NullMarked;
