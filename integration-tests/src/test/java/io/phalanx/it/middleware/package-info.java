/** Middlewares in front of a real server, by every protocol that clients speak. */
@NullMarked
package io.phalanx.it.middleware;

import org.jspecify.annotations.NullMarked;
