package io.phalanx.node.activation;

import io.phalanx.providers.dynamic.LimitOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Budgets with a name, which count together only what is limited alike. */
final class SharedBudgets {
  private final Map<List<?>, Use> uses = new HashMap<>();

  /** How the first one that names a budget limits it. */
  private record Use(String middleware, List<?> limit) {}

  /**
   * Why a middleware cannot share the budget that it names, if so.
   *
   * @param name of the middleware, qualified
   */
  Optional<String> refusal(String name, Object options) {
    return switch (options) {
      case LimitOptions.RateLimit limit ->
          limit
              .budget()
              .flatMap(
                  budget ->
                      refusal(
                          budget,
                          List.of("rateLimit", limit.scope(), budget),
                          new Use(
                              name,
                              List.of(
                                  limit.average(),
                                  limit.period(),
                                  limit.burst(),
                                  limit.onSplit()))));
      case LimitOptions.InFlightReq limit ->
          limit
              .budget()
              .flatMap(
                  budget ->
                      refusal(
                          budget,
                          List.of("inFlightReq", limit.scope(), budget),
                          new Use(name, List.of(limit.amount(), limit.onSplit()))));
      case LimitOptions.Quota quota ->
          quota
              .budget()
              .flatMap(
                  budget ->
                      refusal(
                          budget,
                          List.of("quota", quota.scope(), budget),
                          new Use(
                              name,
                              List.of(
                                  quota.amount(),
                                  quota.period(),
                                  quota.kind(),
                                  quota.timezone(),
                                  quota.onSplit()))));
      default -> Optional.empty();
    };
  }

  private Optional<String> refusal(String budget, List<?> key, Use use) {
    if (budget.isEmpty()) {
      return Optional.of("a budget has a name");
    }
    Use first = uses.putIfAbsent(key, use);
    return first == null || first.limit().equals(use.limit())
        ? Optional.empty()
        : Optional.of(
            "budget \""
                + budget
                + "\" has another limit in middleware \""
                + first.middleware()
                + "\": what is shared is limited alike");
  }
}
