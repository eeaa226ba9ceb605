/**
 * The middlewares. Each knows only the exchange's words and the budgets of the fleet; none knows
 * another.
 */
@NullMarked
package io.phalanx.node.middleware;

import org.jspecify.annotations.NullMarked;
