package io.phalanx.node.routing;

import io.phalanx.node.routing.Requirement.PathKey;
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
    private final Map<String, List<Integer>> exact = new HashMap<>();
    private final Map<String, List<Integer>> prefixes = new HashMap<>();
    private final List<Integer> anywhere = new ArrayList<>();

    /** Ranks must come in growing order. */
    void add(Optional<PathKey> key, int rank) {
      List<Integer> ranks =
          key.map(
                  path ->
                      (path.exact() ? exact : prefixes)
                          .computeIfAbsent(path.text(), _ -> new ArrayList<>()))
              .orElse(anywhere);
      if (ranks.isEmpty() || ranks.getLast() != rank) {
        ranks.add(rank);
      }
    }

    PathIndex build() {
      var exactRanks = new HashMap<String, int[]>();
      exact.forEach((path, ranks) -> exactRanks.put(path, array(ranks)));
      var prefixRanks = new TreeMap<String, int[]>();
      prefixes.forEach((prefix, ranks) -> prefixRanks.put(prefix, array(ranks)));
      return new PathIndex(exactRanks, prefixRanks, array(anywhere));
    }

    private static int[] array(List<Integer> ranks) {
      return ranks.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  /** Tries ranks, in any order, and keeps the best that matches. */
  interface Trial {
    /** Tries ranks in growing order, as long as they are better than what was found. */
    void tryAll(int[] ranks);
  }

  void candidates(String path, Trial trial) {
    trial.tryAll(anywhere);
    if (!exact.isEmpty()) {
      trial.tryAll(exact.getOrDefault(path, NONE));
    }
    if (prefixes.length > 0) {
      int found = Arrays.binarySearch(prefixes, path);
      int at = found >= 0 ? found : -found - 2;
      while (at >= 0) {
        if (path.startsWith(prefixes[at])) {
          trial.tryAll(byPrefix[at]);
        }
        at = parents[at];
      }
    }
  }
}
