/**
 * What circuit breakers measure, and the expressions by which that is too much. Knows no request
 * and no other member.
 */
@NullMarked
package io.phalanx.node.breaker;

import org.jspecify.annotations.NullMarked;
