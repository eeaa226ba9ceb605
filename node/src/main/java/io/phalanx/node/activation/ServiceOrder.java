package io.phalanx.node.activation;

import io.phalanx.providers.dynamic.Service;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** In which order services are built. */
final class ServiceOrder {
  private ServiceOrder() {}

  private record Step(String name, Iterator<String> others) {}

  /**
   * Those that a service leads to come before it, but for circles: so that it is found how deep
   * they are nested by building them, and not by how deep that recurses.
   *
   * @param definitions by qualified name
   */
  static List<String> innermostFirst(Map<String, Service> definitions) {
    var order = new ArrayList<String>();
    var seen = new HashSet<String>();
    for (String start : definitions.keySet()) {
      Deque<Step> path = new ArrayDeque<>();
      if (seen.add(start)) {
        path.push(step(start, definitions));
      }
      while (!path.isEmpty()) {
        Step last = path.element();
        if (!last.others().hasNext()) {
          order.add(path.pop().name());
        } else {
          String next = last.others().next();
          if (definitions.containsKey(next) && seen.add(next)) {
            path.push(step(next, definitions));
          }
        }
      }
    }
    return order;
  }

  private static Step step(String name, Map<String, Service> definitions) {
    Service service = definitions.get(name);
    String provider = Names.providerOf(name);
    Stream<String> others = service == null ? Stream.empty() : named(service);
    return new Step(name, others.map(each -> Names.qualify(each, provider)).iterator());
  }

  private static Stream<String> named(Service service) {
    return Stream.of(
            service.weighted().stream()
                .flatMap(given -> given.services().stream())
                .map(Service.WeightedService::name),
            service.highestRandomWeight().stream()
                .flatMap(given -> given.services().stream())
                .map(Service.WeightedService::name),
            service.mirroring().stream()
                .flatMap(
                    given ->
                        Stream.concat(
                            Stream.of(given.service()),
                            given.mirrors().stream().map(Service.Mirror::name))),
            service.failover().stream()
                .flatMap(given -> Stream.of(given.service(), given.fallback())))
        .flatMap(names -> names);
  }
}
