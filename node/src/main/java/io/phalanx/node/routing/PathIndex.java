package io.phalanx.node.routing;

import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.routing.Requirement.PathKey;
import io.phalanx.node.rule.Rule;
import java.util.Arrays;
import java.util.HashMap;
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
  private static final int[][] NO_RANKS = {};
  private static final String[] NO_PREFIXES = {};

  private final Map<String, int[]> exact;
  private final String[] prefixes;
  private final int[] parents;
  private final int[][] byPrefix;
  private final int[] anywhere;

  private PathIndex(int[] anywhere) {
    this.exact = Map.of();
    this.prefixes = NO_PREFIXES;
    this.parents = NONE;
    this.byPrefix = NO_RANKS;
    this.anywhere = anywhere;
  }

  private PathIndex(
      Map<String, int[]> exact, NavigableMap<String, int[]> byPrefix, int[] anywhere) {
    this.exact = exact;
    this.anywhere = anywhere;
    this.prefixes = byPrefix.keySet().toArray(NO_PREFIXES);
    this.byPrefix = byPrefix.values().toArray(NO_RANKS);
    this.parents = new int[prefixes.length];
    for (int i = 0; i < prefixes.length; i++) {
      int parent = i - 1;
      while (parent >= 0 && !prefixes[i].startsWith(prefixes[parent])) {
        parent = parents[parent];
      }
      parents[i] = parent;
    }
  }

  /** Made for every host; most have one rule, which asks for no path. */
  static final class Builder {
    private final Ranks anywhere = new Ranks();
    private Map<PathKey, Ranks> byPath = Map.of();

    /** Ranks must come in growing order. */
    void add(Optional<PathKey> path, int rank) {
      if (path.isEmpty()) {
        anywhere.add(rank);
        return;
      }
      if (byPath.isEmpty()) {
        byPath = new HashMap<>(2);
      }
      byPath.computeIfAbsent(path.get(), _ -> new Ranks()).add(rank);
    }

    PathIndex build() {
      if (byPath.isEmpty()) {
        return new PathIndex(anywhere.all());
      }
      var exact = new HashMap<String, int[]>();
      var prefixes = new TreeMap<String, int[]>();
      byPath.forEach(
          (path, ranks) -> (path.exact() ? exact : prefixes).put(path.text(), ranks.all()));
      return new PathIndex(exact, prefixes, anywhere.all());
    }
  }

  /** In growing order, each once. */
  private static final class Ranks {
    private int[] ranks = NONE;
    private int count;

    void add(int rank) {
      if (count > 0 && ranks[count - 1] == rank) {
        return;
      }
      if (count == ranks.length) {
        ranks = Arrays.copyOf(ranks, Math.max(1, 2 * count));
      }
      ranks[count++] = rank;
    }

    int[] all() {
      return count == ranks.length ? ranks : Arrays.copyOf(ranks, count);
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
