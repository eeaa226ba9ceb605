package io.phalanx.node.activation;

import io.phalanx.providers.dynamic.DynamicConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiConsumer;

/**
 * Which routers are below which (Traefik's multi-layer routing): what {@code parentRefs} names is
 * above. Names are qualified.
 */
final class RouterLayers {
  /** As many routers at most may be one below the other. */
  static final int MOST = 32;

  private final SortedMap<String, DynamicConfig> snapshots;

  /** Of those that have any; most have none. */
  private final Map<String, List<String>> parents = new LinkedHashMap<>();

  private final Map<String, List<String>> children = new LinkedHashMap<>();
  private Set<String> names = Set.of();

  RouterLayers(SortedMap<String, DynamicConfig> snapshots) {
    this.snapshots = snapshots;
    snapshots.forEach(
        (provider, config) ->
            config
                .http()
                .routers()
                .forEach(
                    (name, router) -> {
                      if (!router.parentRefs().isEmpty()) {
                        add(
                            Names.defined(name, provider),
                            router.parentRefs().stream()
                                .map(parent -> Names.qualify(parent, provider))
                                .distinct()
                                .toList());
                      }
                    }));
  }

  private void add(String router, List<String> above) {
    parents.put(router, above);
    above.forEach(parent -> children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(router));
  }

  boolean exists(String router) {
    return names().contains(router);
  }

  /** Of all routers. Seldom asked for. */
  Set<String> names() {
    if (names.isEmpty()) {
      names = new HashSet<>();
      snapshots.forEach(
          (provider, config) ->
              config
                  .http()
                  .routers()
                  .keySet()
                  .forEach(name -> names.add(Names.defined(name, provider))));
    }
    return names;
  }

  /** Whether a router is above or below any other. */
  boolean holds(String router) {
    return isParent(router) || parents.containsKey(router);
  }

  /** Whether any router has this one as a parent, be it right or wrong itself. */
  boolean isParent(String router) {
    return children.containsKey(router);
  }

  List<String> parents(String router) {
    return parents.getOrDefault(router, List.of());
  }

  List<String> children(String router) {
    return children.getOrDefault(router, List.of());
  }

  /**
   * Takes out those that cannot be reached, and those that lead nowhere.
   *
   * @param right routers that are right by themselves
   * @param outside those of which a parent may be where it cannot be seen
   * @param left told of each that is taken out, and why
   */
  void settle(Set<String> right, Set<String> outside, BiConsumer<String, String> left) {
    List<String> order = new Descent(right, outside, left).run();
    for (String router : order.reversed()) {
      if (right.contains(router)
          && isParent(router)
          && children(router).stream().noneMatch(right::contains)) {
        right.remove(router);
        left.accept(router, "none of the routers below it is served");
      }
    }
  }

  /** From the top to the bottom, each router after all that are above it. */
  private final class Descent {
    private final Set<String> right;
    private final BiConsumer<String, String> left;
    private final Map<String, Integer> awaited = new HashMap<>();
    private final Map<String, Integer> depths = new HashMap<>();
    private final ArrayDeque<String> next = new ArrayDeque<>();
    private final List<String> order = new ArrayList<>();

    Descent(Set<String> right, Set<String> outside, BiConsumer<String, String> left) {
      this.right = right;
      this.left = left;
      var layered = new LinkedHashSet<>(children.keySet());
      layered.addAll(parents.keySet());
      layered.forEach(
          router -> {
            List<String> above = parents(router);
            long count = above.stream().filter(right::contains).count();
            if (right.contains(router) && count > 0) {
              awaited.put(router, (int) count);
            } else if (right.contains(router)) {
              next.add(router);
            }
            if (above.isEmpty() || outside.contains(router)) {
              depths.put(router, 1);
            }
          });
    }

    List<String> run() {
      for (String router = next.poll(); router != null; router = next.poll()) {
        order.add(router);
        int depth = depths.getOrDefault(router, 0);
        if (depth == 0) {
          leave(router, "none of its parents is served");
        } else if (depth > MOST) {
          leave(router, "more than " + MOST + " routers are one below the other");
        }
        descend(router, right.contains(router) ? depth + 1 : 0);
      }
      awaited.keySet().forEach(router -> leave(router, "is in a circle of parents, or below one"));
      return order;
    }

    private void descend(String router, int depth) {
      for (String child : children(router)) {
        if (!right.contains(child)) {
          continue;
        }
        depths.merge(child, depth, Math::max);
        if (awaited.merge(child, -1, Integer::sum) == 0) {
          awaited.remove(child);
          next.add(child);
        }
      }
    }

    private void leave(String router, String reason) {
      right.remove(router);
      left.accept(router, reason);
    }
  }
}
