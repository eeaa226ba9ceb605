/**
 * The behaviour corpus: what the real Traefik was seen to do, case by case, and a node judged by
 * it.
 */
@NullMarked
package io.phalanx.it.conformance;

import org.jspecify.annotations.NullMarked;
