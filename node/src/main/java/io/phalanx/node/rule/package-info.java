/** Traefik v3's rule language: read, and matched against request heads, or connections of TCP. */
@NullMarked
package io.phalanx.node.rule;

import org.jspecify.annotations.NullMarked;
