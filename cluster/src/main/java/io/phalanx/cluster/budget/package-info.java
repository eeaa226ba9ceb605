/** Budgets: amounts that the whole fleet shares. */
@NullMarked
package io.phalanx.cluster.budget;

import org.jspecify.annotations.NullMarked;
