/** Addresses and networks. */
@NullMarked
package io.phalanx.node.address;

import org.jspecify.annotations.NullMarked;
