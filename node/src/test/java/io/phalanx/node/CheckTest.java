package io.phalanx.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.providers.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTest {
  @TempDir Path directory;

  private Path write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Problems as {@code file:line: path: message}, without the directory. */
  private List<String> check(Path... files) throws IOException {
    return check(Map.of(), files);
  }

  private List<String> check(Map<String, String> environment, Path... files) throws IOException {
    var check = new CheckCommand.Check(environment, directory);
    check.add(List.of(files));
    return check.problems().stream()
        .map(Problem::toString)
        .map(text -> text.replace(directory + "/", ""))
        .toList();
  }

  @Test
  void dynamicFilesAreTemplatesAndReferToEachOther() throws Exception {
    Path routers =
        write(
            "d/a.yml",
            """
            http:
              routers:
            {{ range $i, $name := splitList "," (env "NAMES") }}
                r-{{ $name }}: {rule: "Host(`{{ $name }}`)", service: s, entryPoints: [any]}
            {{ end }}
            """);
    Path services =
        write("d/b.toml", "[[http.services.s.loadBalancer.servers]]\nurl = \"http://h\"\n");

    assertThat(check(Map.of("NAMES", "a,b"), routers, services)).isEmpty();
    assertThat(check(Map.of("NAMES", "a,b"), directory)).isEmpty();
    assertThat(check(Map.of("NAMES", "a"), routers))
        .containsExactly(
            "d/a.yml:4: http.routers.r-a.service: is not served: there is no service \"s@file\"");
  }

  @Test
  void mistakesInObjectsOfTcpHaveFileAndLine() throws Exception {
    Path file =
        write(
            "a.yml",
            """
            tcp:
              routers:
                db:
                  rule: HostSNI(`db.test`)
                  service: none
                  entryPoints: [db]
              services:
                s:
                  loadBalancer:
                    serversTransport: t
                    servers:
                      - address: 10.0.0.1
              serversTransports:
                t: {tls: {rootCAs: [none.pem]}}
            """);

    assertThat(check(file))
        .hasSize(3)
        .contains(
            "a.yml:4: tcp.routers.db.rule: is not served: HostSNI with a name needs tls: a client"
                + " without TLS names no server",
            "a.yml:5: tcp.routers.db.service: is not served: there is no TCP service"
                + " \"none@file\"")
        .anyMatch(
            line ->
                line.startsWith("a.yml:10: tcp.services.s.loadBalancer.serversTransport:")
                    && line.contains("none.pem"));
  }

  @Test
  void mistakesThatACompilerFindsHaveFileAndLine() throws Exception {
    Path file =
        write(
            "a.yml",
            """
            http:
              routers:
                app.example:
                  rule: Host(`a`
                  service: none
                  middlewares: [lost@file, other@consulcatalog]
              middlewares:
                unused:
                  circuitBreaker: {expression: NetworkErorRatio() > 0.5}
            """);

    assertThat(check(file))
        .hasSize(4)
        .anyMatch(line -> line.startsWith("a.yml:4: http.routers.app.example.rule: is not served"))
        .contains(
            "a.yml:5: http.routers.app.example.service: is not served: there is no service"
                + " \"none@file\"",
            "a.yml:6: http.routers.app.example.middlewares: is not served: there is no middleware"
                + " \"lost@file\"",
            "a.yml:9: http.middlewares.unused.circuitBreaker: is not served: expression: at"
                + " character 1: unknown function NetworkErorRatio; did you mean"
                + " \"NetworkErrorRatio\"?");
  }

  @Test
  void entryPointsAndInternalServicesAreThoseOfTheStaticFile() throws Exception {
    Path dynamic =
        write(
            "d.yml",
            """
            http:
              routers:
                a: {rule: Path(`/`), service: ping@internal, entryPoints: [webb]}
            """);
    Path settings = write("phalanx.yml", "entryPoints: {web: {address: \":0\"}}\n");

    assertThat(check(dynamic)).isEmpty();
    assertThat(check(dynamic, settings))
        .containsExactly(
            "d.yml:3: http.routers.a.service: is not served: there is no service"
                + " \"ping@internal\"",
            "d.yml:3: http.routers.a.entryPoints: is not served: there is no entry point"
                + " \"webb\"; did you mean \"web\"?");
  }

  @Test
  void objectsOfOtherProvidersAreTakenForGivenOnlyWhereThereAreSuchProviders() throws Exception {
    Path dynamic =
        write(
            "d.yml",
            """
            http:
              routers:
                a: {rule: Path(`/a`), service: app@docker}
                b: {rule: Path(`/b`), service: app@consulcatalog, middlewares: [m@consulcatalog]}
              services:
                s: {loadBalancer: {serversTransport: t@consulcatalog, servers: [{url: 'http://s'}]}}
            tcp:
              routers:
                c: {rule: HostSNI(`*`), service: db@consulcatalog}
            """);
    String web = "entryPoints: {web: {address: \":0\"}}\n";
    Path alone = write("alone.yml", web + "providers: {file: {filename: d.yml}}\n");
    Path consul = write("consul.yml", web + "providers: {consulCatalog: {}}\n");
    String docker =
        "d.yml:3: http.routers.a.service: is not served: there is no service \"app@docker\"";

    assertThat(check(dynamic)).containsExactly(docker);
    assertThat(check(dynamic, consul)).containsExactly(docker);
    assertThat(check(dynamic, alone))
        .containsExactlyInAnyOrder(
            docker,
            "d.yml:4: http.routers.b.service: is not served: there is no service"
                + " \"app@consulcatalog\"",
            "d.yml:4: http.routers.b.middlewares: is not served: there is no middleware"
                + " \"m@consulcatalog\"",
            "d.yml:6: http.services.s.loadBalancer.serversTransport: is not served: there is no"
                + " serversTransport \"t@consulcatalog\"",
            "d.yml:9: tcp.routers.c.service: is not served: there is no TCP service"
                + " \"db@consulcatalog\"");
  }

  @Test
  void aFileThatIsNoTextDoesNotHideTheOthers() throws Exception {
    Path binary = directory.resolve("binary.yml");
    Files.write(binary, new byte[] {'h', 't', 't', 'p', ':', ' ', (byte) 0xff, (byte) 0xfe});
    Path settings = directory.resolve("static.yml");
    Files.write(settings, new byte[] {'l', 'o', 'g', ':', ' ', '{', '}', ' ', '#', (byte) 0xff});

    assertThat(check(binary, settings, directory.resolve("no.yml"), write("x.yml", "htp: {}")))
        .containsExactlyInAnyOrder(
            "no.yml: there is no such file",
            "static.yml: is not UTF-8 text",
            "binary.yml: is not UTF-8 text",
            "x.yml:1: htp: unknown key; did you mean \"http\"?");
  }

  @Test
  void whatRunWouldRefuseOfAStaticFileIsToldAtOnce() throws Exception {
    Path file =
        write(
            "phalanx.yml",
            """
            entryPoints:
              web: {address: ":80", forwardedHeaders: {trustedIPs: [10.0.0.0/8, x, y], connection: ["a b"]}}
              other: {address: "127.0.0.1:81"}
              third: {address: ":81", http: {redirections: {entryPoint: {to: wbe}}}}
              fourth: {address: ":82", http: {redirections: {entryPoint: {to: ":x"}}}}
              fifth: {address: ":83", htp: {}}
            accessLog: {filters: {statusCodes: [200, abc]}}
            serversTransport: {forwardingTimeouts: {dialTimeout: -1s}}
            providers:
              file: {directory: ""}
              consulCatalog: {endpoint: {address: "a b", tls: {ca: /no/such.pem}}}
            ping: {entryPoint: fifth}
            metrics: {prometheus: {entryPoint: nowhere}}
            fleet: {bind: here, advertise: there, join: ["1.2.3.4", "h:1"], keyFile: /no/such.key}
            unknwon: 1
            """);

    List<String> problems = check(file);

    assertThat(problems).anyMatch(line -> line.contains("\"y\"") && line.contains("\"a b\""));
    assertThat(problems.stream().map(line -> line.replaceFirst("^phalanx.yml:(\\d+): .*", "$1")))
        .as(String.join("\n", problems))
        .containsExactlyInAnyOrder(
            "2", "4", "4", "5", "6", "7", "8", "10", "11", "13", "14", "14", "14", "14", "15");
  }

  @Test
  void aMistakeInOneOptionHidesNoneInTheOthers() throws Exception {
    Path file =
        write(
            "phalanx.yml",
            """
            entryPoints:
              web:
                address: ":80"
                http:
                  maxHeaderBytes: -1
                  sanitizePath: maybe
                http2: {maxConcurrentStreams: -1, maxDecoderHeaderTableSize: x}
              other:
                address: "127.0.0.1:80"
                asDefault: maybe
              third:
                address: "no host:81"
                transport: {lifeCycle: {graceTimeOut: -1s, requestAcceptGraceTimeout: 5x}}
            serversTransport:
              rootCAs: [/nope]
              forwardingTimeouts:
                dialTimeout: -1s
                responseHeaderTimeout: x
            """);

    assertThat(check(file).stream().map(line -> line.replaceFirst("^phalanx.yml:(\\d+): .*", "$1")))
        .as(String.join("\n", check(file)))
        .containsExactlyInAnyOrder(
            "4", "6", "7", "7", "9", "10", "12", "13", "13", "14", "16", "18");
  }

  @Test
  void whatOnlyComesOfAnotherMistakeIsNotTold() throws Exception {
    Path file =
        write(
            "phalanx.yml",
            """
            entryPoints:
              one: {address: ":80", reusePort: maybe}
              two: {address: ":80", reusePort: true}
              three: {address: ":8080"}
            serversTransport: {rootCAs: {a: b}, spiffe: {ids: ["spiffe://a/b"]}}
            ping: {entryPoint: traefik, manualRouting: maybe}
            metrics: {prometheus: {entryPoint: nowhere, manualRouting: maybe}}
            fleet: {keyFile: [a], join: {a: b}}
            """);

    List<String> problems = check(file);

    assertThat(problems.stream().map(line -> line.replaceFirst("^phalanx.yml:(\\d+): .*", "$1")))
        .as(String.join("\n", problems))
        .containsExactly("2", "5", "6", "7", "8", "8");
  }

  @Test
  void whatIsNamedInTheSettingsIsLookedAt() throws Exception {
    String fleet = "fleet: {bootstrap: true}\n";
    Path withoutKey = write("phalanx.yml", fleet);

    assertThat(check(withoutKey))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("phalanx.yml:1: fleet: needs a key:"));
    String key = io.phalanx.cluster.key.FleetKey.generate().text();
    assertThat(check(Map.of("PHALANX_FLEET_KEY", key), withoutKey)).isEmpty();
    assertThat(check(Map.of("PHALANX_FLEET_KEY", "short"), withoutKey)).hasSize(1);
    assertThat(
            check(
                write(
                    "consul.yml",
                    "providers: {consulCatalog: {endpoint: {tls: {ca: /no/such.pem}}}}\n")))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .startsWith("consul.yml:1: providers.consulCatalog: endpoint.tls.ca"));
  }

  @Test
  void kindsAreToldByKeys() throws Exception {
    Path consul =
        write(
            "consul.yml",
            "providers: {consulCatalog: {defaultRule: \"Host(`{{ normalize .Name }}`)\"}}\n");
    Path empty = write("empty.yml", "");
    Path typo = write("typo.yml", "entryPionts: {}\n");

    assertThat(Stream.of(consul, empty, typo).map(FileKind::of))
        .containsExactly(FileKind.STATIC, FileKind.DYNAMIC, FileKind.STATIC);
    assertThat(check(consul, empty)).isEmpty();
  }
}
