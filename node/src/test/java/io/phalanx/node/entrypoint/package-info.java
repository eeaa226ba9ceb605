@NullMarked
package io.phalanx.node.entrypoint;

import org.jspecify.annotations.NullMarked;
