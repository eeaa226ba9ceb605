package io.phalanx.node.activation;

import static io.phalanx.node.activation.CompilerRig.compiler;
import static io.phalanx.node.activation.CompilerRig.file;
import static io.phalanx.node.activation.CompilerRig.problems;
import static io.phalanx.node.activation.CompilerRig.tcpFile;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompiledServicesTest {
  @Test
  void servicesOfServicesAreJudgedByThoseThatTheyLeadTo() {
    String http =
        """
        routers:
          a: {rule: 'Host(`a`)', service: split}
          b: {rule: 'Host(`b`)', service: round}
          c: {rule: 'Host(`c`)', service: copied}
          d: {rule: 'Host(`d`)', service: ha}
        middlewares:
          prefix: {addPrefix: {prefix: /v1}}
        services:
          s: {loadBalancer: {servers: [{url: 'http://s'}]}, middlewares: [prefix]}
          t: {loadBalancer: {servers: [{url: 'http://t'}]}}
          unused: {loadBalancer: {servers: [{url: 'http://unused'}]}}
          split: {weighted: {services: [{name: s, weight: 2}, {name: inner@file}]}}
          inner: {highestRandomWeight: {services: [{name: t}, {name: ping@internal}]}}
          round: {weighted: {services: [{name: trip}]}}
          trip: {mirroring: {service: round, mirrors: [{name: s, percent: 1}]}}
          copied: {mirroring: {service: s, mirrors: [{name: nowhere, percent: 1}]}}
          ha: {failover: {service: s, fallback: t, errors: {status: ['5xx']}}}
          sick: {weighted: {services: [{name: s}], healthCheck: {}}}
          guarded: {loadBalancer: {servers: [{url: 'http://s'}]}, middlewares: [gone]}
        """;

    Compiled compiled = compiler().compile(file(http));

    assertThat(compiled.services().keySet()).containsExactly("a@file");
    assertThat(compiled.answering()).containsExactlyInAnyOrder("s@file", "t@file", "ping@internal");
    assertThat(compiled.targets())
        .extracting(target -> target.url().getHost())
        .containsExactlyInAnyOrder("s", "t");
    assertThat(compiled.problems())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .filteredOn(problem -> problem.startsWith("http.services"))
        .containsExactlyInAnyOrder(
            "http.services.round.weighted.services[0].name: is not served: it leads back to"
                + " \"trip@file\"",
            "http.services.trip.mirroring.service: is not served: its service \"round@file\" is"
                + " left out",
            "http.services.copied.mirroring.mirrors[0].name: is not served: there is no service"
                + " \"nowhere@file\"",
            "http.services.ha.failover.errors.status: is not served: \"5xx\" is neither a status"
                + " nor a range such as 500-599",
            "http.services.sick.weighted.services[0].name: is not served: service \"s@file\" has no"
                + " healthCheck, which the healthCheck of this service needs",
            "http.services.guarded.middlewares: is not served: there is no middleware"
                + " \"gone@file\"");
  }

  /** However they are written down, it is the same ones that are left out. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void servicesThatNestTooDeepAreLeftOut(boolean innermostFirst) {
    var services = new ArrayList<String>();
    services.add("  s0: {loadBalancer: {servers: [{url: 'http://h'}]}}\n");
    for (int i = 1; i <= 400; i++) {
      services.add("  s%d: {weighted: {services: [{name: s%d}]}}\n".formatted(i, i - 1));
    }
    String http = "services:\n" + String.join("", innermostFirst ? services : services.reversed());

    List<String> problems = problems(file(http));

    assertThat(problems).hasSize(301);
    assertThat(problems)
        .contains(
            "http.services.s100: is not served: services are nested more than 100 deep",
            "http.services.s101.weighted.services[0].name: is not served: its service"
                + " \"s100@file\" is left out");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void servicesOfMiddlewaresCountToo(boolean innermostFirst) {
    var middlewares = new StringBuilder("middlewares:\n");
    var services = new ArrayList<String>();
    for (int i = 0; i < 400; i++) {
      middlewares.append(
          "  m%d: {errors: {status: ['500'], service: s%d}}\n".formatted(i, Math.max(0, i - 1)));
      services.add(
          "  s%d: {loadBalancer: {servers: [{url: 'http://h'}]}%s}\n"
              .formatted(i, i == 0 ? "" : ", middlewares: [m" + i + "]"));
    }
    String http =
        middlewares
            + "services:\n"
            + String.join("", innermostFirst ? services : services.reversed());

    List<String> problems = problems(file(http));

    assertThat(problems)
        .contains("http.services.s100: is not served: services are nested more than 100 deep")
        .noneMatch(problem -> problem.matches("http\\.services\\.s\\d\\d?[:.].*"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void tcpServicesThatNestTooDeepAreLeftOut(boolean innermostFirst) {
    var services = new ArrayList<String>();
    services.add("  s0: {loadBalancer: {servers: [{address: 'h:1'}]}}\n");
    for (int i = 1; i <= 400; i++) {
      services.add("  s%d: {weighted: {services: [{name: s%d}]}}\n".formatted(i, i - 1));
    }
    String tcp = "services:\n" + String.join("", innermostFirst ? services : services.reversed());

    List<String> problems = problems(tcpFile(tcp));

    assertThat(problems).hasSize(301);
    assertThat(problems)
        .contains(
            "tcp.services.s100: is not served: services are nested more than 100 deep",
            "tcp.services.s101.weighted.services[0].name: is not served: its service"
                + " \"s100@file\" is left out");
  }

  @Test
  void leavesOutServicesWhoseTransportCannotBeUsed() {
    String http =
        """
        routers:
          a: {rule: 'Host(`a`)', service: a}
          b: {rule: 'Host(`b`)', service: b}
          c: {rule: 'Host(`c`)', service: c}
        services:
          a: {loadBalancer: {serversTransport: insde, servers: [{url: 'https://h'}]}}
          b: {loadBalancer: {serversTransport: broken, servers: [{url: 'https://h'}]}}
          c: {loadBalancer: {serversTransport: inside@file, servers: [{url: 'https://h'}]}}
        serversTransports:
          inside: {serverName: a}
          broken: {rootCAs: [/nowhere]}
        """;

    Compiled compiled = compiler().compile(file(http));

    assertThat(compiled.services().keySet()).containsExactly("c@file");
    assertThat(compiled.problems())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .contains(
            "http.services.a.loadBalancer.serversTransport: is not served: there is no"
                + " serversTransport \"insde@file\"; did you mean \"inside@file\"?",
            "http.services.b.loadBalancer.serversTransport: is not served: serversTransport"
                + " \"broken@file\": rootCAs: there is no file");
  }
}
