package io.phalanx.providers.consulcatalog;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What an instance's tags say of TCP, with what Traefik adds to them: a service of the instance's
 * name if there is none, the instance as its server, the service of a router that names none where
 * there is one. There is no default rule for TCP.
 */
final class TcpTags {
  private final Instance instance;
  private final String name;
  private final List<Problem> problems;
  private final Place place;
  private final Blocks blocks;

  /**
   * @param name of the service that is made if there is none
   */
  TcpTags(Instance instance, String name, List<Problem> problems) {
    this.instance = instance;
    this.name = name;
    this.problems = problems;
    this.place = new Place(instance.source(), 0);
    this.blocks = new Blocks(place);
  }

  Tree.Mapping complete(Tree.Mapping tcp) {
    Tree.Mapping routers = tcp.block("routers").orElse(Tree.Mapping.EMPTY);
    Tree.Mapping services = tcp.block("services").orElse(Tree.Mapping.EMPTY);
    if (routers.entries().isEmpty() && services.entries().isEmpty()) {
      return tcp;
    }
    Tree.Mapping whole = services(services);
    return blocks.with(
        blocks.with(tcp, "services", whole), "routers", routers(routers, whole.entries().keySet()));
  }

  private Tree.Mapping services(Tree.Mapping given) {
    Tree.Mapping services =
        given.entries().isEmpty() ? blocks.with(given, name, lonelyService()) : given;
    var complete = new LinkedHashMap<String, Tree.Entry>();
    services
        .entries()
        .forEach(
            (key, entry) ->
                complete.put(key, new Tree.Entry(entry.keyPlace(), service(entry.value()))));
    return new Tree.Mapping(complete, services.place());
  }

  private Tree lonelyService() {
    var service = new LinkedHashMap<String, Tree.Entry>();
    service.put(
        "loadBalancer", new Tree.Entry(place, new Tree.Mapping(new LinkedHashMap<>(), place)));
    return new Tree.Mapping(service, place);
  }

  /** The instance in place of {@code loadBalancer.server}, which only says how to reach it. */
  private Tree service(Tree service) {
    if (!(service instanceof Tree.Mapping mapping) || mapping.block("loadBalancer").isEmpty()) {
      return service;
    }
    Tree.Mapping loadBalancer = mapping.block("loadBalancer").orElseThrow();
    Tree.Mapping server = loadBalancer.block("server").orElse(Tree.Mapping.EMPTY);
    Tree.Mapping whole =
        blocks.with(server.without("port"), "address", Tree.Scalar.of(address(server), place));
    var servers = new Tree.Sequence(List.of(whole), place);
    return blocks.with(
        mapping,
        "loadBalancer",
        blocks.with(loadBalancer.without("server", "servers"), "servers", servers));
  }

  private String address(Tree.Mapping server) {
    Optional<String> port = Blocks.text(server, "port");
    if (Blocks.text(server, "address").isPresent()) {
      problems.add(
          server
              .place()
              .problem("tcp.loadBalancer.server.address", "the instance's own address counts"));
    }
    if (port.isEmpty() && instance.port() == 0) {
      problems.add(place.problem("tcp.loadBalancer.server.port", "the instance has no port"));
    }
    String host =
        instance.address().contains(":") ? '[' + instance.address() + ']' : instance.address();
    return host + ':' + port.orElse(Integer.toString(instance.port()));
  }

  private Tree.Mapping routers(Tree.Mapping given, Set<String> services) {
    var complete = new LinkedHashMap<String, Tree.Entry>();
    for (Map.Entry<String, Tree.Entry> router : given.entries().entrySet()) {
      router(router.getKey(), router.getValue(), services)
          .ifPresent(
              whole ->
                  complete.put(
                      router.getKey(), new Tree.Entry(router.getValue().keyPlace(), whole)));
    }
    return new Tree.Mapping(complete, given.place());
  }

  private Optional<Tree> router(String key, Tree.Entry entry, Set<String> services) {
    if (!(entry.value() instanceof Tree.Mapping router)
        || Blocks.text(router, "service").isPresent()) {
      return Optional.of(entry.value());
    }
    if (services.size() > 1) {
      problems.add(
          entry
              .keyPlace()
              .problem(
                  "tcp.routers." + key,
                  "names no service, and there are several: " + String.join(", ", services)));
      return Optional.empty();
    }
    return Optional.of(
        blocks.with(router, "service", Tree.Scalar.of(services.iterator().next(), place)));
  }
}
