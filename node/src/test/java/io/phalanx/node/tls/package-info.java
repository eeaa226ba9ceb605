@NullMarked
package io.phalanx.node.tls;

import org.jspecify.annotations.NullMarked;
