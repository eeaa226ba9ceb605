package io.phalanx.node.tcp;

import io.phalanx.node.rule.Opening;
import io.phalanx.node.rule.TcpCondition;
import io.phalanx.node.rule.TcpRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * TCP routers, so indexed by the server name that they ask for that a connection's cost does not
 * grow with the number of those that cannot match. Those that ask for no name are tried one after
 * another. Immutable.
 */
public final class TcpTable {
  private static final int[] NONE = {};

  private final List<Entry> entries;
  private final Map<String, int[]> byName;
  private final Map<String, int[]> byDomain;
  private final int[] others;

  /** A router that matches, and whether its rule takes everything. */
  record Match(TcpRoute route, boolean catchAll) {}

  private record Entry(
      TcpRule rule, long priority, int precedence, String name, Optional<Match> match) {}

  /** What a rule needs: one of these names, or any name under one of these domains. */
  private record Names(Set<String> exact, Set<String> domains) {
    Names and(Names other) {
      return size() <= other.size() ? this : other;
    }

    Names or(Names other) {
      var all = new LinkedHashSet<>(exact);
      all.addAll(other.exact);
      var under = new LinkedHashSet<>(domains);
      under.addAll(other.domains);
      return new Names(all, under);
    }

    private int size() {
      return exact.size() + domains.size();
    }
  }

  private TcpTable(List<Entry> sorted) {
    this.entries = List.copyOf(sorted);
    var names = new HashMap<String, List<Integer>>();
    var domains = new HashMap<String, List<Integer>>();
    var rest = new ArrayList<Integer>();
    for (int rank = 0; rank < sorted.size(); rank++) {
      Optional<Names> needed = names(sorted.get(rank).rule().condition());
      int place = rank;
      needed.ifPresentOrElse(
          these -> {
            these.exact.forEach(name -> under(names, name).add(place));
            these.domains.forEach(domain -> under(domains, domain).add(place));
          },
          () -> rest.add(place));
    }
    this.byName = arrays(names);
    this.byDomain = arrays(domains);
    this.others = array(rest);
  }

  private static List<Integer> under(Map<String, List<Integer>> index, String key) {
    return index.computeIfAbsent(key, _ -> new ArrayList<>());
  }

  private static Map<String, int[]> arrays(Map<String, List<Integer>> index) {
    var arrays = new HashMap<String, int[]>(index.size() * 2);
    index.forEach((key, ranks) -> arrays.put(key, array(ranks)));
    return arrays;
  }

  private static int[] array(List<Integer> ranks) {
    return ranks.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Empty if a connection with any name, or none, may do. */
  private static Optional<Names> names(TcpCondition condition) {
    return switch (condition) {
      case TcpCondition.NameIs(String name) -> Optional.of(new Names(Set.of(name), Set.of()));
      case TcpCondition.NameUnder(String domain) ->
          Optional.of(new Names(Set.of(), Set.of(domain)));
      case TcpCondition.And(List<TcpCondition> all) ->
          all.stream().map(TcpTable::names).flatMap(Optional::stream).reduce(Names::and);
      case TcpCondition.Or(List<TcpCondition> any) -> {
        List<Optional<Names>> each = any.stream().map(TcpTable::names).toList();
        yield each.stream().allMatch(Optional::isPresent)
            ? each.stream().flatMap(Optional::stream).reduce(Names::or)
            : Optional.empty();
      }
      case TcpCondition.Not _, TcpCondition.AnyName _, TcpCondition.Test _ -> Optional.empty();
    };
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Collects routers in any order. */
  public static final class Builder {
    private final List<Entry> entries = new ArrayList<>();

    private Builder() {}

    /**
     * @param priority the higher is tried first
     * @param precedence of the provider: among equal priorities the lower is tried first
     */
    public Builder add(TcpRule rule, long priority, int precedence, TcpRoute route) {
      entries.add(
          new Entry(
              rule,
              priority,
              precedence,
              route.router(),
              Optional.of(new Match(route, rule.isCatchAll()))));
      return this;
    }

    public TcpTable build() {
      entries.sort(
          Comparator.comparingLong(Entry::priority)
              .reversed()
              .thenComparingInt(Entry::precedence)
              .thenComparing(Entry::name));
      return new TcpTable(entries);
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The router of the highest priority whose rule matches. */
  Optional<Match> match(Opening opening) {
    String name = opening.serverName();
    int best = best(byName.getOrDefault(name, NONE), opening, entries.size());
    int dot = byDomain.isEmpty() ? -1 : name.indexOf('.');
    if (dot >= 0) {
      best = best(byDomain.getOrDefault(name.substring(dot), NONE), opening, best);
    }
    best = best(others, opening, best);
    return best < entries.size() ? entries.get(best).match() : Optional.empty();
  }

  private int best(int[] ranks, Opening opening, int best) {
    for (int rank : ranks) {
      if (rank >= best) {
        return best;
      }
      if (entries.get(rank).rule().matches(opening)) {
        return rank;
      }
    }
    return best;
  }
}
