package io.phalanx.node.routing;

import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.routing.Requirement.HostKey;
import io.phalanx.node.rule.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The routers of one entry point, so indexed that a request's cost does not grow with the number of
 * routers that cannot match: by host in a hash, by path in a hash and a sorted list of prefixes,
 * and only those that ask for neither one after another. Immutable.
 *
 * @param <R> what is found
 */
public final class RouteTable<R> {
  /** The largest priority of a user's router; what is above is ours. */
  public static final long MAX_USER_PRIORITY = Long.MAX_VALUE - 1000;

  private final Rule[] rules;
  private final List<Optional<R>> routes;
  private final Map<String, PathIndex> hosts;
  private final Map<String, PathIndex> domains;
  private final PathIndex anyHost;

  private RouteTable(List<Entry<R>> sorted) {
    this.rules = sorted.stream().map(Entry::rule).toArray(Rule[]::new);
    this.routes = sorted.stream().map(entry -> Optional.of(entry.route())).toList();
    var exact = new HashMap<String, PathIndex.Builder>();
    var under = new HashMap<String, PathIndex.Builder>();
    var any = new PathIndex.Builder();
    for (int rank = 0; rank < rules.length; rank++) {
      for (Requirement requirement : Requirement.of(rules[rank].condition())) {
        builder(requirement.host(), exact, under, any).add(requirement.path(), rank);
      }
    }
    this.hosts = built(exact);
    this.domains = built(under);
    this.anyHost = any.build();
  }

  private static PathIndex.Builder builder(
      Optional<HostKey> host,
      Map<String, PathIndex.Builder> exact,
      Map<String, PathIndex.Builder> under,
      PathIndex.Builder any) {
    return host.map(
            key ->
                (key.exact() ? exact : under)
                    .computeIfAbsent(key.text(), _ -> new PathIndex.Builder()))
        .orElse(any);
  }

  private static Map<String, PathIndex> built(Map<String, PathIndex.Builder> builders) {
    var indexes = new HashMap<String, PathIndex>(builders.size() * 2);
    builders.forEach((key, builder) -> indexes.put(key, builder.build()));
    return indexes;
  }

  private record Entry<R>(Rule rule, long priority, int precedence, String name, R route) {}

  public static <R> Builder<R> builder() {
    return new Builder<>();
  }

  /** Collects routers in any order. */
  public static final class Builder<R> {
    private final List<Entry<R>> entries = new ArrayList<>();

    private Builder() {}

    /**
     * @param priority the higher is tried first
     * @param precedence of the provider: among equal priorities the lower is tried first
     * @param name among equals of one provider the order is that of the names (in Traefik it is
     *     left to chance)
     */
    public Builder<R> add(Rule rule, long priority, int precedence, String name, R route) {
      entries.add(new Entry<>(rule, priority, precedence, name, route));
      return this;
    }

    public RouteTable<R> build() {
      entries.sort(
          Comparator.<Entry<R>>comparingLong(Entry::priority)
              .reversed()
              .thenComparingInt(Entry::precedence)
              .thenComparing(Entry::name));
      return new RouteTable<>(entries);
    }
  }

  public int size() {
    return rules.length;
  }

  /** The router of the highest priority whose rule matches. */
  public Optional<R> match(RequestHead request) {
    String host = request.routingHost();
    int best = bestOf(hosts.get(host), request, rules.length);
    int dot = domains.isEmpty() ? -1 : host.indexOf('.');
    if (dot >= 0) {
      best = bestOf(domains.get(host.substring(dot)), request, best);
    }
    best = anyHost.best(request, rules, best);
    return best < rules.length ? routes.get(best) : Optional.empty();
  }

  private int bestOf(@Nullable PathIndex index, RequestHead request, int best) {
    return index == null ? best : index.best(request, rules, best);
  }
}
