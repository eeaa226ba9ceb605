package io.phalanx.providers.consulcatalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.Http;
import io.phalanx.providers.dynamic.Service;
import io.phalanx.providers.dynamic.TcpService;
import io.phalanx.providers.template.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagConfigTest {
  private final List<Problem> problems = new ArrayList<>();

  private static Instance instance(String id, String address, int port, String... tags) {
    return new Instance(id, "My Shop", address, port, List.of(tags), "passing");
  }

  private DynamicConfig config(Instance... instances) throws Exception {
    var tagConfig =
        new TagConfig("traefik", Template.parse("Host(`{{ normalize .Name }}`)"), Map.of());
    var merging = new Merging();
    for (Instance instance : instances) {
      TagConfig.Result result = tagConfig.of(instance);
      problems.addAll(result.problems());
      result.config().ifPresent(config -> merging.add(instance, config));
    }
    return merging.config(problems);
  }

  private static List<Service.Server> servers(DynamicConfig config, String service) {
    return Objects.requireNonNull(config.http().services().get(service))
        .loadBalancer()
        .orElseThrow()
        .servers();
  }

  private static List<String> urls(DynamicConfig config, String service) {
    return servers(config, service).stream().map(Service.Server::url).toList();
  }

  @Test
  void withoutTagsAServiceAndARouterOfItsNameAreMade() throws Exception {
    DynamicConfig config = config(instance("1", "10.0.0.1", 8080));

    assertThat(urls(config, "My-Shop")).containsExactly("http://10.0.0.1:8080");
    assertThat(config.http().routers().get("My-Shop"))
        .satisfies(
            router -> {
              assertThat(router.rule()).isEqualTo("Host(`My-Shop`)");
              assertThat(router.service()).isEqualTo("My-Shop");
            });
    assertThat(problems).isEmpty();
  }

  @Test
  void instancesThatSayTheSameAreServersOfOneService() throws Exception {
    DynamicConfig config =
        config(
            instance("1", "10.0.0.1", 80, "traefik.http.routers.shop.rule=Path(`/`)"),
            instance("2", "10.0.0.2", 80, "traefik.http.routers.shop.rule=Path(`/`)"),
            instance("3", "10.0.0.2", 80, "traefik.http.routers.shop.rule=Path(`/`)"));

    assertThat(urls(config, "My-Shop")).containsExactly("http://10.0.0.1:80", "http://10.0.0.2:80");
    assertThat(problems).isEmpty();
  }

  @Test
  void whatInstancesDefineDifferentlyIsLeftOutForAll() throws Exception {
    DynamicConfig config =
        config(
            instance(
                "1", "10.0.0.1", 80, "traefik.http.services.s.loadbalancer.passhostheader=true"),
            instance(
                "2", "10.0.0.2", 80, "traefik.http.services.s.loadbalancer.passhostheader=false"),
            instance(
                "3", "10.0.0.3", 80, "traefik.http.services.s.loadbalancer.passhostheader=true"));

    assertThat(config.http().services()).isEmpty();
    assertThat(problems)
        .singleElement()
        .hasToString(
            "http.services.s: is left out: these define it differently: service My Shop, instance"
                + " 1; service My Shop, instance 2; service My Shop, instance 3");
  }

  @Test
  void tagsSayHowTheInstanceIsReached() throws Exception {
    DynamicConfig config =
        config(
            instance(
                "1",
                "2001:db8::1",
                80,
                "traefik.http.services.a.loadbalancer.server.port=8443",
                "traefik.http.services.a.loadbalancer.server.scheme=https",
                "traefik.http.services.b.loadbalancer.server.url=http://other.test:1",
                "traefik.http.services.c.loadbalancer.server.weight=3",
                "traefik.http.routers.r.rule=Path(`/`)",
                "traefik.http.routers.r.service=a"));

    assertThat(urls(config, "a")).containsExactly("https://[2001:db8::1]:8443");
    assertThat(urls(config, "b")).containsExactly("http://other.test:1");
    assertThat(urls(config, "c")).containsExactly("http://[2001:db8::1]:80");
    assertThat(servers(config, "c").getFirst()).extracting(Service.Server::weight).isEqualTo(3);
    assertThat(problems).isEmpty();
  }

  @Test
  void aRouterMustNameOneOfSeveralServices() throws Exception {
    DynamicConfig config =
        config(
            instance(
                "1",
                "10.0.0.1",
                80,
                "traefik.http.services.a.loadbalancer.server.port=1",
                "traefik.http.services.b.loadbalancer.server.port=2",
                "traefik.http.routers.r.rule=Path(`/`)"));

    assertThat(config.http().routers()).isEmpty();
    assertThat(config.http().services()).containsOnlyKeys("a", "b");
    assertThat(problems)
        .singleElement()
        .asString()
        .contains("http.routers.r: names no service, and there are several: a, b");
  }

  @Test
  void mistakesAreNamedWithServiceInstanceAndTag() throws Exception {
    config(
        instance(
            "1",
            "10.0.0.1",
            0,
            "traefik.http.routers.r.ruel=Path(`/`)",
            "traefik.udp.routers.u.entryPoints=dns"));

    assertThat(problems)
        .extracting(Problem::toString)
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("service My Shop, instance 1, traefik.http.routers.r.ruel")
                    .contains("rule"))
        .anySatisfy(text -> assertThat(text).contains("udp").contains("not served"))
        .anySatisfy(text -> assertThat(text).contains("the instance has no port"));
  }

  @Test
  void tcpTagsMakeTheInstanceAServerAndNoHttpRouter() throws Exception {
    String[] tags = {
      "traefik.tcp.routers.db.rule=HostSNI(`db.test`)",
      "traefik.tcp.routers.db.tls=true",
      "traefik.tcp.services.db.loadbalancer.server.port=5432",
      "traefik.tcp.services.db.loadbalancer.server.tls=true",
      "traefik.tcp.services.db.loadbalancer.proxyprotocol.version=1"
    };
    DynamicConfig config =
        config(instance("1", "10.0.0.1", 80, tags), instance("2", "fd00::2", 80, tags));

    assertThat(problems).isEmpty();
    assertThat(config.http()).isEqualTo(Http.EMPTY);
    assertThat(config.tcp().routers().get("db"))
        .satisfies(
            router -> {
              assertThat(router.service()).isEqualTo("db");
              assertThat(router.tls()).isPresent();
            });
    assertThat(tcpServers(config, "db"))
        .containsExactly(
            new TcpService.Server("10.0.0.1:5432", true),
            new TcpService.Server("[fd00::2]:5432", true));
  }

  @Test
  void aTcpRouterWithoutServicesHasOneOfTheInstancesName() throws Exception {
    DynamicConfig config =
        config(instance("1", "10.0.0.1", 25, "traefik.tcp.routers.r.rule=HostSNI(`*`)"));

    assertThat(problems).isEmpty();
    assertThat(tcpServers(config, "My-Shop"))
        .containsExactly(new TcpService.Server("10.0.0.1:25", false));
    assertThat(config.tcp().routers().get("r"))
        .satisfies(router -> assertThat(router.service()).isEqualTo("My-Shop"));
  }

  @Test
  void aTcpRouterThatMayMeanSeveralServicesIsLeftOut() throws Exception {
    config(
        instance(
            "1",
            "10.0.0.1",
            25,
            "traefik.tcp.routers.r.rule=HostSNI(`*`)",
            "traefik.tcp.services.a.loadbalancer.server.port=1",
            "traefik.tcp.services.b.loadbalancer.server.port=2"));

    assertThat(problems)
        .singleElement()
        .asString()
        .contains("tcp.routers.r: names no service, and there are several: a, b");
  }

  private static List<TcpService.Server> tcpServers(DynamicConfig config, String service) {
    return Objects.requireNonNull(config.tcp().services().get(service))
        .loadBalancer()
        .orElseThrow()
        .servers();
  }

  @ParameterizedTest
  @CsvSource({
    "traefik.http.routers.r.middlewares[=m, is not a key",
    "traefik.http.routers..middlewares=m, is not a key",
    "traefik.htpp.routers.r.middlewares=m, is no section of Traefik v3",
    "traefik.frontend.rule=Host:old.test, is no section of Traefik v3",
    "traefik.enable=no, \"no\" is neither true nor false",
    "traefik.enable=off, \"off\" is neither true nor false",
    "traefik.consulcatalog.canary=yes, \"yes\" is neither true nor false",
    "traefik.consulcatalog.connect=on, \"on\" is neither true nor false",
    "traefik.consulcatalog.cannary=true, unknown key",
    "traefik.consulcatalog=true, a block is expected"
  })
  void aTagThatCannotBeReadLeavesItsInstanceOut(String tag, String message) throws Exception {
    DynamicConfig config =
        config(instance("1", "10.0.0.1", 80, "traefik.http.routers.r.rule=Path(`/`)", tag));

    assertThat(config).isEqualTo(DynamicConfig.EMPTY);
    assertThat(problems)
        .singleElement()
        .asString()
        .contains("service My Shop, instance 1")
        .contains(message);
    assertThat(TagConfig.enabled("traefik", instance("1", "10.0.0.1", 80, tag).labels()))
        .isNotEqualTo(Optional.of(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "t", "T", "true", "TRUE", "True"})
  void truthIsSpeltAsGoSpellsIt(String spelling) throws Exception {
    config(instance("1", "10.0.0.1", 80, "traefik.consulcatalog.connect=" + spelling));

    assertThat(problems).singleElement().asString().contains("Connect is not served yet");
  }

  @Test
  void connectIsRefusedByName() throws Exception {
    DynamicConfig config =
        config(instance("1", "10.0.0.1", 80, "traefik.consulcatalog.connect=true"));

    assertThat(config.http().services()).isEmpty();
    assertThat(problems).singleElement().asString().contains("Connect is not served yet");
  }

  @Test
  void canariesAreAServiceOfTheirOwn() throws Exception {
    DynamicConfig config =
        config(
            instance("1", "10.0.0.1", 80),
            instance("2", "10.0.0.2", 80, "traefik.consulcatalog.canary=true"));

    assertThat(config.http().services()).hasSize(2).containsKey("My-Shop");
    assertThat(urls(config, "My-Shop")).containsExactly("http://10.0.0.1:80");
  }

  @Test
  void enableIsReadWhateverItsCase() {
    assertThat(TagConfig.enabled("traefik", Map.of("Traefik.Enable", "TRUE"))).contains(true);
    assertThat(TagConfig.enabled("traefik", Map.of("traefik.enable", "false"))).contains(false);
    assertThat(TagConfig.enabled("edge", Map.of("traefik.enable", "true"))).isEmpty();
  }
}
