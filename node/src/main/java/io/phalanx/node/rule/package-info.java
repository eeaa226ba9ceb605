/** Traefik v3's rule language for HTTP: read, and matched against request heads. */
@NullMarked
package io.phalanx.node.rule;

import org.jspecify.annotations.NullMarked;
