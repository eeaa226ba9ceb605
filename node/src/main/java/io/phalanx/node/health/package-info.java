/** Which servers are well: asked by this node itself, and seen by what becomes of requests. */
@NullMarked
package io.phalanx.node.health;

import org.jspecify.annotations.NullMarked;
