package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.health.ServerHealth;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the health of servers does to services, as they come out of a configuration. */
final class HealthServicesTest extends WatchedServices {
  @Test
  void aServerThatIsDownIsLeftOutUntilItIsBack() {
    Compiled compiled = served(balancer("s", CHECK, "a", "b"));
    assertThat(answers(compiled)).containsExactlyInAnyOrder("a", "b");

    ill.add("a");
    eventuallyUp("http://a", false);
    assertThat(answers(compiled)).containsExactly("b");

    ill.add("b");
    eventuallyUp("http://b", false);
    assertThat(answers(compiled)).containsExactly("503");

    ill.clear();
    eventuallyUp("http://a", true);
    eventuallyUp("http://b", true);
    assertThat(answers(compiled)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void manyThatAreDownAndHangDoNotKeepOthersFromBeingAsked() {
    String[] hosts = IntStream.range(0, 200).mapToObj(i -> "h" + i).toArray(String[]::new);
    hosts[0] = "well";
    ill.addAll(List.of(hosts));
    ill.remove("well");
    served(balancer("s", CHECK, hosts));
    eventually(() -> health.served().stream().filter(ServerHealth::isUp).count() == 1);
    mute.addAll(ill);
    int asked = times("well");
    eventually(() -> times("well") > asked + 20);
  }

  @Test
  void theSharesOfThoseThatAreLeftAreEven() {
    Compiled compiled = served(balancer("s", CHECK, "a", "b", "c"));
    ill.add("b");
    eventuallyUp("http://b", false);

    List<String> bodies = IntStream.range(0, 8).mapToObj(_ -> sent(compiled).body()).toList();

    assertThat(bodies.stream().filter("a"::equals)).hasSize(4);
    assertThat(bodies.stream().filter("c"::equals)).hasSize(4);
  }

  @Test
  void whatIsKnownOutlivesAConfigurationThatHasTheSameServer() {
    served(balancer("s", CHECK, "a", "b"));
    ill.add("a");
    eventuallyUp("http://a", false);

    Compiled next = served(balancer("s", CHECK, "a", "c"));
    assertThat(answers(next)).containsExactly("c");
    assertThat(health.served()).extracting(h -> h.subject().url()).contains("http://c").hasSize(2);

    // Other options are another check, of which nothing is known yet.
    Compiled other = compiled(balancer("s", CHECK.replace("/health", "/alive"), "a", "c"));
    assertThat(answers(other)).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void whatTwoMadeBeforeEitherWasServedIsTheSame() {
    Compiled first = compiled(balancer("s", CHECK, "a", "b"));
    Compiled second = compiled(balancer("s", CHECK, "a", "b"));
    health.serve(first.healths());
    ill.add("a");
    eventuallyUp("http://a", false);

    health.serve(second.healths());

    assertThat(answers(second)).containsExactly("b");
    ill.clear();
    eventuallyUp("http://a", true);
    assertThat(answers(second)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void nobodyIsAskedBeforeItIsServedNorAfterwards() {
    compiled(balancer("s", CHECK, "never"));
    served(balancer("s", CHECK, "a"));
    eventually(() -> asked.containsKey("a"));

    served(balancer("s", CHECK, "b"));
    eventually(() -> asked.containsKey("b"));
    int before = times("a");
    int then = times("b");
    eventually(() -> times("b") > then + 5);

    assertThat(times("a")).isLessThanOrEqualTo(before + 1);
    assertThat(asked).doesNotContainKey("never");
  }

  @Test
  void aSessionLeavesAServerThatIsDownAndAServerThatIsOffIsNotAsked() {
    Compiled compiled =
        served(
            """
            s:
              loadBalancer:
                healthCheck: {path: /health, interval: 10ms}
                sticky: {cookie: {name: srv}}
                servers: [{url: 'http://a'}, {url: 'http://b'}, {url: 'http://off', weight: 0}]
            """);
    assertThat(sent(compiled, "srv=http://a").body()).isEqualTo("a");
    ill.add("a");
    eventuallyUp("http://a", false);

    TestExchange moved = sent(compiled, "srv=http://a");

    assertThat(moved.body()).isEqualTo("b");
    assertThat(moved.responseHeaders().all(SET_COOKIE)).hasSize(1);
    assertThat(asked).doesNotContainKey("off");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weighted: {healthCheck: {}, services: [{name: one}, {name: two}]} | b",
        "weighted: {services: [{name: one}, {name: two}]} | b 503",
        "weighted: {healthCheck: {}, sticky: {cookie: {name: w}}, services: [{name: one},"
            + " {name: two}]} | b",
        "highestRandomWeight: {healthCheck: {}, services: [{name: one, weight: 100000},"
            + " {name: two}]} | b",
        "highestRandomWeight: {services: [{name: one, weight: 100000}, {name: two}]} | 503",
        "failover: {service: one, fallback: two} | b",
        "failover: {service: two, fallback: one} | b",
        "failover: {service: mirrored, fallback: two} | b",
        "failover: {service: nested, fallback: two} | b",
        "failover: {service: guarded, fallback: two} | b",
        "failover: {service: one, fallback: one} | 503",
        "failover: {service: one, fallback: one, errors: {status: ['503']}} | 503",
        "mirroring: {service: one} | 503",
      })
  void theHealthOfAServiceReachesThoseThatLeadToIt(String service, String answers) {
    Compiled compiled =
        served(
            "s: {"
                + service
                + "}\n"
                + balancer("one", CHECK, "a")
                + balancer("two", CHECK, "b")
                + "mirrored: {mirroring: {service: one, healthCheck: {}}}\n"
                + "nested: {weighted: {healthCheck: {}, services: [{name: mirrored}]}}\n"
                + "guarded: {middlewares: [], failover: {service: one, fallback: one,"
                + " healthCheck: {}}}\n");
    ill.add("a");
    eventuallyUp("http://a", false);

    assertThat(answers(compiled)).containsExactlyInAnyOrder(answers.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "failover: {service: off, fallback: two}",
        "failover: {service: empty, fallback: two, errors: {status: ['500']}}",
        "weighted: {healthCheck: {}, services: [{name: off}, {name: two}]}",
        "highestRandomWeight: {healthCheck: {}, services: [{name: off, weight: 100000},"
            + " {name: two}]}",
      })
  void aServiceWithoutServersIsDown(String service) {
    Compiled compiled =
        served(
            "s: {"
                + service
                + "}\n"
                + balancer("two", CHECK, "b")
                + "empty: {loadBalancer: {servers: []}}\n"
                + "off: {loadBalancer: {"
                + CHECK
                + ", servers: [{url: 'http://a', weight: 0}]}}\n");

    assertThat(answers(compiled)).containsExactly("b");
  }

  @ParameterizedTest
  @CsvSource({"p2c", "leasttime", "hrw"})
  void everyStrategyPicksAmongThoseThatAreUpAndNew(String strategy) {
    Compiled compiled =
        served(
            balancer("s", CHECK + ", strategy: " + strategy, "a", "b")
                .replace(
                    "]}}", ", {url: 'http://d', drain: true}, {url: 'http://o', weight: 0}]}}"));
    ill.add("a");
    eventuallyUp("http://a", false);
    assertThat(answers(compiled)).containsExactly("b");

    ill.add("b");
    eventuallyUp("http://b", false);
    assertThat(answers(compiled)).containsExactly("503");
  }

  @Test
  void aFallbackWhoseHealthCountsAndThatIsDownIsNotAsked() {
    Compiled compiled =
        served(
            "s: {failover: {service: one, fallback: two, healthCheck: {}}}\n"
                + balancer("one", CHECK, "a")
                + balancer("two", CHECK, "b"));
    ill.addAll(List.of("a", "b"));
    eventuallyUp("http://a", false);
    eventuallyUp("http://b", false);

    assertThat(sent(compiled).answer()).contains(Answer.error(503, "Service Unavailable"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s: {weighted: {healthCheck: {}, services: [{name: plain}]}}"
            + " | http.services.s.weighted.services[0].name: is not served: service \"plain@file\""
            + " has no healthCheck, which the healthCheck of this service needs",
        "s: {highestRandomWeight: {healthCheck: {}, services: [{name: ping@internal}]}}"
            + " | http.services.s.highestRandomWeight.services[0].name: is not served: service"
            + " \"ping@internal\" has no healthCheck, which the healthCheck of this service needs",
        "s: {failover: {service: plain, fallback: plain}}"
            + " | http.services.s.failover.service: is not served: service \"plain@file\" has no"
            + " healthCheck, and without errors.status nothing else tells when it is down",
        "s: {failover: {service: copied, fallback: plain, errors: {status: ['500']}, healthCheck:"
            + " {}}} | http.services.s.failover.fallback: is not served: service \"plain@file\" has"
            + " no healthCheck, which the healthCheck of this service needs",
        "s: {failover: {service: copied, fallback: plain}}"
            + " | http.services.s.failover.service: is not served: service \"copied@file\" has no"
            + " healthCheck, and without errors.status nothing else tells when it is down",
        "s: {loadBalancer: {healthCheck: {method: 'a b'}, servers: [{url: 'http://a'}]}}"
            + " | http.services.s.loadBalancer.healthCheck: is not served: method \"a b\" is none",
        "s: {loadBalancer: {healthCheck: {headers: {'a b': c}}, servers: [{url: 'http://a'}]}}"
            + " | http.services.s.loadBalancer.healthCheck: is not served: not a header name:"
            + " \"a b\""
      })
  void whatCannotBeToldIsAMistake(String service, String message) {
    String others =
        "\n"
            + balancer("plain", "passHostHeader: true", "p")
            + "copied: {mirroring: {service: plain, healthCheck: {}}}\n";

    assertThat(compiled(service + others).problems())
        .extracting(problem -> problem.path() + ": " + problem.message())
        .contains(message);
  }
}
