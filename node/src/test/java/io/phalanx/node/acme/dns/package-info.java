@NullMarked
package io.phalanx.node.acme.dns;

import org.jspecify.annotations.NullMarked;
