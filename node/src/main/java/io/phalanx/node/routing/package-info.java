/** The table that finds a request's router. */
@NullMarked
package io.phalanx.node.routing;

import org.jspecify.annotations.NullMarked;
