package io.phalanx.node.activation;

import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.TcpService;
import java.util.List;
import java.util.stream.Stream;

/** Which services a service leads to. */
final class ServiceReferences {
  private ServiceReferences() {}

  /**
   * @param name qualified
   * @param middlewares that the service has in front of itself may ask others
   */
  static List<String> of(String name, Service service, Middlewares middlewares) {
    String provider = Names.providerOf(name);
    return Stream.concat(
            named(service).map(each -> Names.qualify(each, provider)),
            middlewares.asked(
                service.middlewares().stream().map(each -> Names.qualify(each, provider)).toList()))
        .toList();
  }

  /**
   * @param name qualified
   */
  static List<String> of(String name, TcpService service) {
    return service.weighted().stream()
        .flatMap(given -> given.services().stream())
        .map(each -> Names.qualify(each.name(), Names.providerOf(name)))
        .toList();
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
