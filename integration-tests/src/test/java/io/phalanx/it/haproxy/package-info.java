/** The PROXY protocol from a node to the real HAProxy. */
@NullMarked
package io.phalanx.it.haproxy;

import org.jspecify.annotations.NullMarked;
