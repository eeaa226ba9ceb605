@NullMarked
package io.phalanx.node.systemd;

import org.jspecify.annotations.NullMarked;
