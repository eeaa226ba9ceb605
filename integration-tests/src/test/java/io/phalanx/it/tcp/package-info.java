/** Connections that are no requests. */
@NullMarked
package io.phalanx.it.tcp;

import org.jspecify.annotations.NullMarked;
