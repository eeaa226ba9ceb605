package io.phalanx.node.activation;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Failure;
import io.phalanx.node.health.ServerHealth;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of servers whose requests fail. */
final class PassiveHealthServicesTest extends WatchedServices {
  private static final Failure REFUSED =
      new Failure.UpstreamFault(
          "http://a",
          Failure.UpstreamFault.Stage.CONNECTING,
          Failure.UpstreamFault.Kind.UNREACHABLE,
          "refused");

  @ParameterizedTest
  @CsvSource({"500", "503", "0"})
  void tooManyFailuresTakeAServerOut(int status) {
    Compiled compiled =
        served(
            balancer(
                "s", "passiveHealthCheck: {maxFailedAttempts: 3, failureWindow: 1h}", "a", "b"));
    fail("a", status);

    assertThat(IntStream.range(0, 4).mapToObj(_ -> sent(compiled).body()).toList()).contains("b");
    assertThat(health.served()).allMatch(ServerHealth::isUp);
    // An answer begins the count anew.
    statuses.clear();
    failures.clear();
    sent(compiled);
    sent(compiled);
    fail("a", status);
    for (int i = 0; i < 5; i++) {
      assertThat(health.served()).allMatch(ServerHealth::isUp);
      sent(compiled);
    }

    eventuallyUp("http://a", false);
    assertThat(answers(compiled)).containsExactly("b");
  }

  private void fail(String host, int status) {
    if (status == 0) {
      failures.put(host, REFUSED);
    } else {
      statuses.put(host, status);
    }
  }

  @Test
  void whatTheServerIsNotToBlameForDoesNotCount() {
    Compiled compiled = served(balancer("s", "passiveHealthCheck: {failureWindow: 1h}", "a"));

    statuses.put("a", 499);
    sent(compiled);
    for (Failure failure :
        List.of(
            new Failure.ClientFault(499, "left"),
            new Failure.NoRoom("full"),
            new Failure.NodeFault("bug", new IllegalStateException()))) {
      failures.put("a", failure);
      sent(compiled);
    }

    assertThat(health.served()).allMatch(ServerHealth::isUp);
  }

  @Test
  void afterTheWindowAServerHasAnotherChance() {
    Compiled compiled = served(balancer("s", "passiveHealthCheck: {failureWindow: 50ms}", "a"));
    failures.put("a", REFUSED);
    sent(compiled);
    assertThat(sent(compiled).failure()).contains(new Failure.NoServer("s@file"));

    failures.clear();
    eventuallyUp("http://a", true);

    assertThat(answers(compiled)).containsExactly("a");
  }

  @Test
  void whereTheServerIsAskedOnlyThatBringsItBack() throws Exception {
    String options =
        "passiveHealthCheck: {failureWindow: 1ms}, healthCheck: {path: /, interval: 1h,"
            + " unhealthyInterval: ";
    Compiled compiled = served(balancer("s", options + "1h}", "a"));
    failures.put("a", REFUSED);
    sent(compiled);
    // Whatever was due within the window is done by then.
    scheduler.schedule(() -> {}, 50, TimeUnit.MILLISECONDS).get(20, TimeUnit.SECONDS);
    assertThat(health.served()).noneMatch(ServerHealth::isUp);

    Compiled asking =
        served(balancer("s", options.replace("interval: 1h", "interval: 10ms") + "10ms}", "a"));
    sent(asking);
    eventuallyUp("http://a", true);
  }
}
