/** What it costs to find a request's router. */
@NullMarked
package io.phalanx.it.routing;

import org.jspecify.annotations.NullMarked;
