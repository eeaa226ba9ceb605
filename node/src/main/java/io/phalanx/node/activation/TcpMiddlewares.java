package io.phalanx.node.activation;

import io.phalanx.cluster.slot.Slots;
import io.phalanx.node.tcp.AddressAdmission;
import io.phalanx.node.tcp.Admission;
import io.phalanx.node.tcp.CountedAdmission;
import io.phalanx.providers.Flaw;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.LimitOptions;
import io.phalanx.providers.dynamic.TcpMiddleware;
import io.phalanx.providers.dynamic.TcpMiddleware.InFlightConn;
import io.phalanx.providers.dynamic.TcpMiddleware.IpAllowList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** All TCP middlewares of some snapshots, each judged once, whether a router names it or not. */
final class TcpMiddlewares {
  private static final String SECTION = "tcp.middlewares";

  private final TcpParts parts;
  private final Scope scope;
  private final Flaws flaws;
  private final Map<String, TcpMiddleware> definitions = new LinkedHashMap<>();
  private final Set<String> left = new HashSet<>();

  TcpMiddlewares(
      TcpParts parts, SortedMap<String, DynamicConfig> snapshots, Scope scope, Flaws flaws) {
    this.parts = parts;
    this.scope = scope;
    this.flaws = flaws;
    snapshots.forEach(
        (provider, config) ->
            config.tcp().middlewares().forEach((name, each) -> judge(provider, name, each)));
  }

  private void judge(String provider, String name, TcpMiddleware middleware) {
    String qualified = Names.defined(name, provider);
    definitions.put(qualified, middleware);
    try {
      var _ = admission(middleware, qualified);
    } catch (IllegalArgumentException e) {
      left.add(qualified);
      flaws.add(
          provider,
          new Flaw(SECTION, name, kind(middleware), "is not served: " + e.getMessage(), false));
    }
  }

  private static String kind(TcpMiddleware middleware) {
    return middleware.ipAllowList().isPresent()
        ? "ipAllowList"
        : middleware.ipWhiteList().isPresent() ? "ipWhiteList" : "inFlightConn";
  }

  /**
   * @param owner of what is counted
   */
  private Admission admission(TcpMiddleware middleware, String owner) {
    Optional<IpAllowList> addresses = middleware.ipAllowList().or(middleware::ipWhiteList);
    if (addresses.isPresent()) {
      return new AddressAdmission(addresses.get().sourceRange());
    }
    InFlightConn counted = middleware.inFlightConn().orElseThrow();
    Slots slots = counted.scope() == LimitOptions.Scope.FLEET ? parts.fleet() : parts.node();
    return new CountedAdmission(counted, owner, slots, parts.majority());
  }

  /**
   * Why a router that names this middleware cannot be served; empty if it can, or if nobody here
   * can tell.
   *
   * @param name qualified
   */
  Optional<String> refusal(String name) {
    if (!definitions.containsKey(name)) {
      return scope.covers(name)
          ? Optional.of(flaws.missing("TCP middleware", name, definitions.keySet()))
          : Optional.empty();
    }
    return left.contains(name)
        ? Optional.of("its middleware \"" + name + "\" is left out")
        : Optional.empty();
  }

  /**
   * Builds middlewares that are not refused.
   *
   * @param router qualified name of the one whose they are
   * @param names qualified
   */
  List<Admission> admissions(String router, List<String> names) {
    return names.stream()
        .map(name -> admission(Objects.requireNonNull(definitions.get(name)), router + ' ' + name))
        .toList();
  }
}
