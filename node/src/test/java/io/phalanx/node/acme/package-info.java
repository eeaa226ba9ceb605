@NullMarked
package io.phalanx.node.acme;

import org.jspecify.annotations.NullMarked;
