package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.providers.dynamic.DynamicConfig;
import io.phalanx.providers.dynamic.DynamicConfigReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sticky services as they come out of a configuration. */
final class StickyLoadBalancersTest {
  private static final HeaderName SET_COOKIE = HeaderName.of("Set-Cookie");
  private static final FleetKey KEY = FleetKey.generate();

  private Compiler compiler =
      TestCompiler.of(List.of(), purpose -> Signing.of(List.of(KEY), purpose));

  private Compiled compiled(String services) {
    String text =
        """
        http:
          routers: {r: {rule: PathPrefix(`/`), service: s}}
          services:
        """;
    DynamicConfigReader.Result read = DynamicConfigReader.read("f.yml", text + services.indent(4));
    assertThat(read.decoded().problems()).isEmpty();
    DynamicConfig config = read.decoded().value().orElseThrow();
    return compiler.compile(new TreeMap<>(Map.of("file", config)));
  }

  private TestExchange sent(String services, String... cookies) {
    Compiled compiled = compiled(services);
    assertThat(compiled.problems()).isEmpty();
    return sent(compiled, cookies);
  }

  private static TestExchange sent(Compiled compiled, String... cookies) {
    TestRequest request = TestRequest.get("/");
    for (String cookie : cookies) {
      request = request.with("Cookie", cookie);
    }
    var exchange = new TestExchange(request.head());
    var routing = Objects.requireNonNull(compiled.routing().get("web"));
    new Pipeline(true, true, routing).handle(exchange);
    return exchange;
  }

  private static String servers(String servers) {
    return "s: {loadBalancer: {sticky: {cookie: {name: srv}}, servers: [" + servers + "]}}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                   | _23300=34e94dd08be1c901; Path=/",
        "{name: ''}                           | _23300=34e94dd08be1c901; Path=/",
        "{name: 'a b', sameSite: sometimes}   | a_b=34e94dd08be1c901; Path=/",
        "{name: c, maxAge: 60, domain: d.test} | c=34e94dd08be1c901; Path=/; Domain=d.test;"
            + " Max-Age=60",
        "{name: c, maxAge: -5, path: /p}      | c=34e94dd08be1c901; Path=/p; Max-Age=0"
      })
  void optionsMakeTheCookie(String options, String line) {
    TestExchange exchange =
        sent(
            "s: {loadBalancer: {sticky: {cookie: "
                + options
                + "}, servers: [{url: 'http://a:1'}]}}");

    assertThat(exchange.responseHeaders().all(SET_COOKIE)).containsExactly(line);
  }

  @Test
  void withoutACookieThereIsNothingSticky() {
    String services = "s: {loadBalancer: {sticky: {}, servers: [{url: 'http://a:1'}]}}";

    assertThat(sent(services).responseHeaders().all(SET_COOKIE)).isEmpty();
  }

  @Test
  void aWeightedServiceTellsItsServicesByTheirNames() {
    String services =
        """
        s: {weighted: {sticky: {cookie: {name: ver}}, services: [{name: v1}, {name: v2}, {name: v3, weight: 0}]}}
        v1: {loadBalancer: {servers: [{url: 'http://a:1'}]}}
        v2: {loadBalancer: {servers: [{url: 'http://b:1'}]}}
        v3: {loadBalancer: {servers: [{url: 'http://c:1'}]}}
        """;

    assertThat(sent(services, "ver=fb04dcb6970e4c3d").body()).isEqualTo("b");
    assertThat(sent(services, "ver=v3").body()).isEqualTo("a");
    assertThat(sent(services).responseHeaders().all(SET_COOKIE))
        .containsExactly("ver=3bfc269594ef6492; Path=/");
  }

  @Test
  void aDrainedServerKeepsItsSessionsAndGetsNoNewOnes() {
    String drained = servers("{url: 'http://a:1', drain: true}, {url: 'http://b:1'}");

    TestExchange kept = sent(drained, "srv=34e94dd08be1c901");
    assertThat(kept.body()).isEqualTo("a");
    assertThat(kept.responseHeaders().all(SET_COOKIE)).isEmpty();
    Compiled compiled = compiled(drained);
    for (int i = 0; i < 4; i++) {
      assertThat(sent(compiled).body()).isEqualTo("b");
    }
  }

  @Test
  void nothingMovesToAServerThatIsDrained() {
    String drained =
        servers("{url: 'http://a:1', drain: true}, {url: 'http://b:1'}, {url: 'http://d:1'}");
    Compiled compiled = compiled(drained);

    for (int i = 0; i < 4; i++) {
      assertThat(sent(compiled, "srv=8eb046df120e7ca0").body()).isIn("b", "d");
    }
  }

  @Test
  void aServerWithoutWeightKeepsNothing() {
    String off = servers("{url: 'http://a:1', weight: 0, drain: true}, {url: 'http://b:1'}");

    assertThat(sent(off, "srv=34e94dd08be1c901").body()).isEqualTo("b");
  }

  @Test
  void whereAllServersAreDrainedOnlySessionsAreServed() {
    String drained = servers("{url: 'http://a:1', drain: true}");

    assertThat(sent(drained, "srv=34e94dd08be1c901").body()).isEqualTo("a");
    assertThat(sent(drained).failure()).contains(new Failure.NoServer("s@file"));
  }

  private static final String SIGNED =
      """
      s: {loadBalancer: {sticky: {cookie: {name: srv, signed: true}}, servers: [{url: 'http://a:1'}, {url: 'http://b:1'}]}}
      """;

  private static String signedValue(TestExchange exchange) {
    String line = exchange.responseHeaders().all(SET_COOKIE).getFirst();
    return line.substring(0, line.indexOf(';'));
  }

  @Test
  void aSignedCookieHoldsAndOnlyThatOne() {
    Compiled compiled = compiled(SIGNED);
    sent(compiled);
    String cookie = signedValue(sent(compiled));
    assertThat(cookie).matches("srv=e6e6e25d185310c1\\.[A-Za-z0-9_-]{43}");

    for (int i = 0; i < 3; i++) {
      TestExchange kept = sent(compiled, cookie);
      assertThat(kept.body()).isEqualTo("b");
      assertThat(kept.responseHeaders().all(SET_COOKIE)).isEmpty();
    }
    String swapped = cookie.replace("e6e6e25d185310c1", "34e94dd08be1c901");
    String cut = cookie.substring(0, cookie.length() - 1);
    for (String forged :
        List.of(
            swapped,
            cut,
            cookie + "A",
            cut + (cookie.endsWith("A") ? "B" : "A"),
            cookie.replace(".", ""),
            "srv=e6e6e25d185310c1",
            "srv=e6e6e25d185310c1.",
            "srv=http://b:1")) {
      assertThat(sent(compiled, forged).responseHeaders().all(SET_COOKIE)).hasSize(1);
    }
  }

  @Test
  void aSignatureIsGoodForItsCookieAlone() {
    String cookie = signedValue(sent(SIGNED));

    TestExchange exchange =
        sent(SIGNED.replace("name: srv", "name: other"), cookie.replace("srv=", "other="));

    assertThat(exchange.responseHeaders().all(SET_COOKIE)).hasSize(1);
  }

  @Test
  void afterARotationTheOldSignatureHoldsAndIsReplaced() {
    sent(SIGNED);
    String old = signedValue(sent(SIGNED, "srv=none"));
    FleetKey next = FleetKey.generate();
    compiler = TestCompiler.of(List.of(), purpose -> Signing.of(List.of(next, KEY), purpose));

    TestExchange exchange = sent(SIGNED, old);
    String replaced = signedValue(exchange);

    assertThat(exchange.body()).isEqualTo("a");
    assertThat(replaced).isNotEqualTo(old).startsWith("srv=34e94dd08be1c901.");
    compiler = TestCompiler.of(List.of(), purpose -> Signing.of(List.of(next), purpose));
    assertThat(sent(SIGNED, replaced).responseHeaders().all(SET_COOKIE)).isEmpty();
    assertThat(sent(SIGNED, old).responseHeaders().all(SET_COOKIE)).hasSize(1);
  }

  @Test
  void withoutAKeyASignedServiceIsLeftOut() {
    compiler =
        TestCompiler.of(
            List.of(),
            _ -> {
              throw new IOException("signing.key is open to others");
            });

    assertThat(compiled(SIGNED).problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.path())
                  .isEqualTo("http.services.s.loadBalancer.sticky.cookie.signed");
              assertThat(problem.message())
                  .isEqualTo(
                      "is not served: there is no key to sign with: signing.key is open to others");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "loadBalancer: {sticky: {cookie: {path: '/a;b'}}} | loadBalancer",
        "weighted: {sticky: {cookie: {path: '/a;b'}}}     | weighted"
      })
  void mistakesAreToldWithTheirPlace(String service, String kind) {
    assertThat(compiled("s: {" + service + "}").problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.path()).isEqualTo("http.services.s." + kind + ".sticky.cookie");
              assertThat(problem.message())
                  .isEqualTo("is not served: path \"/a;b\" cannot stand in a cookie");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{requestHeaderName: X-User}        | X-User | user $",
        "{cookieName: ID, expiry: 5s}       | Cookie | ID=$",
        "{ipStrategy: {depth: 1}}           | X-Forwarded-For | 192.0.2.$"
      })
  void sessionsAreLearnedByASource(String source, String header, String pattern) {
    Compiled compiled = compiled(learned(source));
    assertThat(compiled.problems()).isEmpty();

    String first = body(compiled, header, pattern.replace("$", "1"));
    assertThat(body(compiled, header, pattern.replace("$", "2"))).isNotEqualTo(first);
    for (int i = 0; i < 3; i++) {
      assertThat(body(compiled, header, pattern.replace("$", "1"))).isEqualTo(first);
    }
  }

  private static String learned(String source) {
    return "s: {loadBalancer: {sticky: {source: "
        + source
        + "}, servers: [{url: 'http://a:1'}, {url: 'http://b:1'}]}}";
  }

  private static String body(Compiled compiled, String header, String value) {
    var exchange = new TestExchange(TestRequest.get("/").with(header, value).head());
    var routing = Objects.requireNonNull(compiled.routing().get("web"));
    new Pipeline(true, true, routing).handle(exchange);
    return exchange.body();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{requestHeaderName: 'a b'}         | not a header name: \"a b\"",
        "{claim: ''}                        | a claim has a name",
        "{cookieName: 'a;b'}                | no cookie is named \"a;b\"",
        "{ipStrategy: {excludedIPs: [x]}}   | x"
      })
  void aSourceThatIsNoneIsToldWithItsPlace(String source, String message) {
    assertThat(compiled(learned(source)).problems())
        .anySatisfy(
            problem -> {
              assertThat(problem.path()).isEqualTo("http.services.s.loadBalancer.sticky.source");
              assertThat(problem.message()).contains(message);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "source: {expiry: 5s}                            | takes one of requestHeaderName,"
            + " cookieName, claim and ipStrategy, not 0",
        "source: {cookieName: a, requestHeaderName: b}   | takes one of requestHeaderName,"
            + " cookieName, claim and ipStrategy, not 2",
        "source: {cookieName: a, expiry: 0s}             | expiry is from 1s to 720h",
        "source: {cookieName: a, expiry: 721h}           | expiry is from 1s to 720h",
        "'cookie: {}, source: {cookieName: a}'           | takes one of cookie and source, not both"
      })
  void optionsThatExcludeEachOtherAreRefused(String sticky, String message) {
    String text = "http: {services: {s: {loadBalancer: {sticky: {" + sticky + "}}}}}";

    assertThat(DynamicConfigReader.read("f.yml", text).decoded().problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains(message));
  }
}
