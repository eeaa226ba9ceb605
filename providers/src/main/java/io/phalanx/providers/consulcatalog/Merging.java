package io.phalanx.providers.consulcatalog;

import io.phalanx.providers.Flaw;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Http;
import io.phalanx.providers.dynamic.Middleware;
import io.phalanx.providers.dynamic.Router;
import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.Tcp;
import io.phalanx.providers.dynamic.TcpMiddleware;
import io.phalanx.providers.dynamic.TcpRouter;
import io.phalanx.providers.dynamic.TcpServersTransport;
import io.phalanx.providers.dynamic.TcpService;
import io.phalanx.providers.dynamic.Tls;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What all instances say together. Instances of a service that say the same share its definition
 * and are its servers; an object that two of them define differently is left out and named.
 */
final class Merging {
  private final Section<Router> routers = new Section<>("http.routers", Merging::same);
  private final Section<Service> services = new Section<>("http.services", Merging::joined);
  private final Section<Middleware> middlewares = new Section<>("http.middlewares", Merging::same);
  private final Section<ServersTransport> transports =
      new Section<>("http.serversTransports", Merging::same);

  private final Section<TcpRouter> tcpRouters = new Section<>("tcp.routers", Merging::same);
  private final Section<TcpService> tcpServices = new Section<>("tcp.services", Merging::joinedTcp);
  private final Section<TcpMiddleware> tcpMiddlewares =
      new Section<>("tcp.middlewares", Merging::same);
  private final Section<TcpServersTransport> tcpTransports =
      new Section<>("tcp.serversTransports", Merging::same);

  private final Set<String> withTls = new TreeSet<>();

  void add(Instance instance, DynamicConfig config) {
    if (!config.tls().equals(Tls.EMPTY)) {
      withTls.add(instance.source());
    }
    config.http().routers().forEach((name, router) -> routers.add(instance, name, router));
    config.http().services().forEach((name, service) -> services.add(instance, name, service));
    config
        .http()
        .middlewares()
        .forEach((name, middleware) -> middlewares.add(instance, name, middleware));
    config
        .http()
        .serversTransports()
        .forEach((name, transport) -> transports.add(instance, name, transport));
    Tcp tcp = config.tcp();
    tcp.routers().forEach((name, router) -> tcpRouters.add(instance, name, router));
    tcp.services().forEach((name, service) -> tcpServices.add(instance, name, service));
    tcp.middlewares().forEach((name, each) -> tcpMiddlewares.add(instance, name, each));
    tcp.serversTransports().forEach((name, each) -> tcpTransports.add(instance, name, each));
  }

  DynamicConfig config(List<Problem> problems) {
    withTls.forEach(
        source ->
            problems.add(
                new Problem(source, 0, "tls", "certificates and options are not for tags")));
    return new DynamicConfig(
        new Http(
            routers.objects(problems),
            services.objects(problems),
            middlewares.objects(problems),
            transports.objects(problems)),
        new Tcp(
            tcpRouters.objects(problems),
            tcpServices.objects(problems),
            tcpMiddlewares.objects(problems),
            tcpTransports.objects(problems)),
        Tls.EMPTY);
  }

  /** A flaw, with the instances that define what has it. */
  Problem problem(Flaw flaw) {
    String source =
        Stream.of(
                routers,
                services,
                middlewares,
                transports,
                tcpRouters,
                tcpServices,
                tcpMiddlewares,
                tcpTransports)
            .filter(section -> section.path.equals(flaw.section()))
            .map(section -> section.source(flaw.name()))
            .findFirst()
            .orElse("");
    return new Problem(source, 0, flaw.path(), flaw.message());
  }

  /** Two definitions of one name as one; empty where they contradict each other. */
  private interface Union<T> {
    Optional<T> of(T a, T b);
  }

  private static <T> Optional<T> same(T a, T b) {
    return a.equals(b) ? Optional.of(a) : Optional.empty();
  }

  private static Optional<Service> joined(Service a, Service b) {
    if (a.loadBalancer().isEmpty() || b.loadBalancer().isEmpty()) {
      return same(a, b);
    }
    Service.LoadBalancer first = a.loadBalancer().get();
    Service.LoadBalancer second = b.loadBalancer().get();
    var servers = new LinkedHashMap<String, Service.Server>();
    first.servers().forEach(server -> servers.put(server.url(), server));
    second.servers().forEach(server -> servers.putIfAbsent(server.url(), server));
    List<Service.Server> all = List.copyOf(servers.values());
    Service whole = with(a, first, all);
    return whole.equals(with(b, second, all)) ? Optional.of(whole) : Optional.empty();
  }

  private static Optional<TcpService> joinedTcp(TcpService a, TcpService b) {
    if (a.loadBalancer().isEmpty() || b.loadBalancer().isEmpty()) {
      return same(a, b);
    }
    var all = new LinkedHashSet<>(a.loadBalancer().get().servers());
    all.addAll(b.loadBalancer().get().servers());
    TcpService whole = with(a.loadBalancer().get(), List.copyOf(all));
    return whole.equals(with(b.loadBalancer().get(), List.copyOf(all)))
        ? Optional.of(whole)
        : Optional.empty();
  }

  private static TcpService with(
      TcpService.LoadBalancer balancer, List<TcpService.Server> servers) {
    return new TcpService(
        Optional.of(
            new TcpService.LoadBalancer(
                servers,
                balancer.serversTransport(),
                balancer.proxyProtocol(),
                balancer.terminationDelay(),
                balancer.healthCheck())),
        Optional.empty());
  }

  private static Service with(
      Service service, Service.LoadBalancer balancer, List<Service.Server> servers) {
    return new Service(
        Optional.of(
            new Service.LoadBalancer(
                servers,
                balancer.strategy(),
                balancer.passHostHeader(),
                balancer.serversTransport(),
                balancer.responseForwarding(),
                balancer.sticky(),
                balancer.healthCheck(),
                balancer.passiveHealthCheck(),
                balancer.slowStart())),
        service.weighted(),
        service.highestRandomWeight(),
        service.mirroring(),
        service.failover(),
        service.middlewares());
  }

  /** Definitions of one kind by their names. */
  private static final class Section<T> {
    private final String path;
    private final Union<T> union;
    private final Map<String, T> objects = new TreeMap<>();
    private final Map<String, List<String>> sources = new TreeMap<>();
    private final Set<String> contradicted = new TreeSet<>();

    Section(String path, Union<T> union) {
      this.path = path;
      this.union = union;
    }

    void add(Instance instance, String name, T object) {
      sources.computeIfAbsent(name, _ -> new ArrayList<>()).add(instance.source());
      T before = objects.get(name);
      if (before == null) {
        objects.put(name, object);
        return;
      }
      Optional<T> both = union.of(before, object);
      both.ifPresent(whole -> objects.put(name, whole));
      if (both.isEmpty()) {
        contradicted.add(name);
      }
    }

    /** The first instance that defines an object; there may be hundreds. */
    String source(String name) {
      List<String> all = sources.getOrDefault(name, List.of(""));
      return all.size() == 1
          ? all.getFirst()
          : all.getFirst() + " and " + (all.size() - 1) + " more";
    }

    Map<String, T> objects(List<Problem> problems) {
      contradicted.forEach(
          name -> {
            objects.remove(name);
            problems.add(
                new Problem(
                    "",
                    0,
                    path + '.' + name,
                    "is left out: these define it differently: "
                        + String.join("; ", sources.getOrDefault(name, List.of()))));
          });
      return objects;
    }
  }
}
