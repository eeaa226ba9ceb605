package io.phalanx.node.routing;

import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.routing.Requirement.PathKey;
import io.phalanx.node.rule.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Rules by what they ask of the path. Rules are known by their rank, the best first.
 *
 * <p>Prefixes are sorted. Everything between a prefix of a path and the path itself, in that order,
 * starts with that prefix; so all prefixes of a path are found from the last one that is not behind
 * the path, by going from each to the longest other one that it starts with.
 */
final class PathIndex {
  private static final int[] NONE = {};

  private final Map<String, int[]> exact;
  private final String[] prefixes;
  private final int[] parents;
  private final int[][] byPrefix;
  private final int[] anywhere;

  private PathIndex(
      Map<String, int[]> exact, NavigableMap<String, int[]> byPrefix, int[] anywhere) {
    this.exact = exact;
    this.anywhere = anywhere;
    this.prefixes = byPrefix.keySet().toArray(new String[0]);
    this.byPrefix = byPrefix.values().toArray(new int[0][]);
    this.parents = new int[prefixes.length];
    for (int i = 0; i < prefixes.length; i++) {
      int parent = i - 1;
      while (parent >= 0 && !prefixes[i].startsWith(prefixes[parent])) {
        parent = parents[parent];
      }
      parents[i] = parent;
    }
  }

  static final class Builder {
    private final Map<Optional<PathKey>, List<Integer>> ranksByPath = new HashMap<>(2);

    /** Ranks must come in growing order. */
    void add(Optional<PathKey> path, int rank) {
      List<Integer> ranks = ranksByPath.computeIfAbsent(path, _ -> new ArrayList<>(1));
      if (ranks.isEmpty() || ranks.getLast() != rank) {
        ranks.add(rank);
      }
    }

    PathIndex build() {
      var exact = new HashMap<String, int[]>();
      var prefixes = new TreeMap<String, int[]>();
      int[] anywhere = NONE;
      for (Map.Entry<Optional<PathKey>, List<Integer>> entry : ranksByPath.entrySet()) {
        int[] ranks = entry.getValue().stream().mapToInt(Integer::intValue).toArray();
        if (entry.getKey().isEmpty()) {
          anywhere = ranks;
        } else {
          PathKey path = entry.getKey().get();
          (path.exact() ? exact : prefixes).put(path.text(), ranks);
        }
      }
      return new PathIndex(exact, prefixes, anywhere);
    }
  }

  /**
   * The best rank whose rule matches, if it is better than {@code best}; else {@code best}.
   *
   * @param rules by rank
   */
  int best(RequestHead request, Rule[] rules, int best) {
    String path = request.routingPath();
    int found = best;
    if (!exact.isEmpty()) {
      found = first(exact.getOrDefault(path, NONE), request, rules, found);
    }
    for (int at = lastUpTo(path); at >= 0; at = parents[at]) {
      if (path.startsWith(prefixes[at])) {
        found = first(byPrefix[at], request, rules, found);
      }
    }
    return first(anywhere, request, rules, found);
  }

  /** The last prefix that is not behind {@code path}; -1 if there is none. */
  private int lastUpTo(String path) {
    int at = Arrays.binarySearch(prefixes, path);
    return at >= 0 ? at : -at - 2;
  }

  private static int first(int[] ranks, RequestHead request, Rule[] rules, int best) {
    for (int rank : ranks) {
      if (rank >= best) {
        return best;
      }
      if (rules[rank].matches(request)) {
        return rank;
      }
    }
    return best;
  }
}
