package io.phalanx.node.middleware;

import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.cluster.slot.Slots;

/**
 * What is counted together.
 *
 * @param budgets how much may pass
 * @param slots how many may be inside at one time
 * @param quotas how much may pass within windows that may be long
 * @param breakers who is refused because what would answer fails
 */
public record Counts(Budgets budgets, Slots slots, Quotas quotas, Breakers breakers) {}
