package io.phalanx.node.activation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Routers with TLS by the hosts in their rules. */
final class HostRouters {
  private static final int MOST_SHOWN = 5;

  private final Map<String, Set<String>> byHost = new LinkedHashMap<>();
  private final Map<String, Set<String>> byDomain = new LinkedHashMap<>();

  /**
   * @param hosts in lower case, perhaps with {@code *.} in front
   */
  void add(String router, Set<String> hosts) {
    for (String host : hosts) {
      byHost.computeIfAbsent(host, _ -> new LinkedHashSet<>()).add(router);
      int dot = host.indexOf('.');
      if (dot > 0) {
        byDomain.computeIfAbsent(host.substring(dot), _ -> new LinkedHashSet<>()).add(router);
      }
    }
  }

  /** Those for whose hosts a certificate with these names is, as text; empty if there are none. */
  String of(Set<String> names) {
    var routers = new TreeSet<String>();
    for (String name : names) {
      routers.addAll(byHost.getOrDefault(name, Set.of()));
      if (name.startsWith("*.")) {
        routers.addAll(byDomain.getOrDefault(name.substring(1), Set.of()));
      }
    }
    List<String> shown = new ArrayList<>(routers).subList(0, Math.min(routers.size(), MOST_SHOWN));
    return routers.size() > MOST_SHOWN
        ? String.join(", ", shown) + " and " + (routers.size() - MOST_SHOWN) + " more"
        : String.join(", ", shown);
  }
}
