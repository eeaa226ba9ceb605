package io.phalanx.it.acme;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.phalanx.it.acme.Gate.Step;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A resolver that is told of another authority ({@code caServer}), as from a staging one. */
class OtherAuthorityIT {
  private static final Duration LIMIT = Duration.ofSeconds(50);
  private static final Pattern PAYLOAD = Pattern.compile("\"payload\" *: *\"([^\"]*)\"");

  @TempDir private Path directory;

  private final AtomicInteger refused = new AtomicInteger();

  private Pebble pebble(String name, List<Integer> ports) throws Exception {
    return new Pebble(directory.resolve(name), ports.get(0), ports.get(1), Pebble.Making.QUICK)
        .start();
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length());
    exchange.getResponseBody().write(body.getBytes(US_ASCII));
  }

  /** Has hints for renewals (RFC 9773), and knows no certificate but its own, as Boulder says. */
  private boolean knowsItsOwn(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/dir")) {
      String base = "https://" + exchange.getRequestHeaders().getFirst("Host");
      answer(
          exchange,
          200,
          "application/json",
          """
          {"newNonce": "%1$s/nonce-plz", "newAccount": "%1$s/sign-me-up",
           "newOrder": "%1$s/order-plz", "revokeCert": "%1$s/revoke-cert",
           "renewalInfo": "%1$s/hints"}\
          """
              .formatted(base));
      return true;
    }
    if (!Step.NEW_ORDER.isAt(path)) {
      return false;
    }
    Matcher payload =
        PAYLOAD.matcher(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
    if (!payload.find()
        || !new String(Base64.getUrlDecoder().decode(payload.group(1)), ISO_8859_1)
            .contains("\"replaces\"")) {
      return false;
    }
    refused.incrementAndGet();
    answer(
        exchange,
        404,
        "application/problem+json",
        "{\"type\": \"urn:ietf:params:acme:error:malformed\", \"detail\": \"path contained an"
            + " Authority Key Identifier that did not match a known issuer\"}");
    return true;
  }

  @Test
  void ordersAnewWhatWasBegunAtTheFirstOneAndRenewsWhatIsHeldOfIt() throws Exception {
    List<Integer> ports = Ports.free(2);
    var layout =
        new ResolverNode(
            directory.resolve("node"), "127.0.0.1", ports.get(0), ports.get(1), List.of());
    try (Origin origin = Origin.start("origin")) {
      var routes = new Routes(directory.resolve("routes.yml"), origin);
      routes.want("web", "held");
      try (Pebble first = pebble("first", ports);
          var gate = new Gate(first);
          NodeProcess node = layout.start(gate, routes.file())) {
        Eventually.holds("the first", LIMIT, layout.site("held.test")::isIssued);
        gate.inject(
            exchange -> {
              boolean isAsked = Step.CHALLENGES.isAt(exchange.getRequestURI().getPath());
              if (isAsked) {
                answer(exchange, 503, "text/html", "busy");
              }
              return isAsked;
            });
        routes.want("web", "begun");
        Eventually.becomes(LIMIT, node::log, log -> log.contains("begun.test ordered as"));
      }
      try (Pebble second = pebble("second", ports);
          var gate = new Gate(second)) {
        gate.inject(this::knowsItsOwn);
        try (NodeProcess node = layout.start(gate, routes.file())) {
          Eventually.holds("it is up", LIMIT, layout.site("held.test")::isIssued);
          BigInteger before = layout.site("held.test").shown().getSerialNumber();
          try {
            Eventually.holds("what was begun", LIMIT, layout.site("begun.test")::isIssued);
            NodeProcess.Outcome told =
                NodeProcess.run(
                    List.of("cert", "renew", "held.test", "--dataDir=" + layout.data()));
            assertThat(told.exitCode()).as(told.text()).isZero();
            Eventually.holds(
                "another one",
                LIMIT,
                () -> !layout.site("held.test").shown().getSerialNumber().equals(before));
          } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + '\n' + node.log(), e);
          }
          assertThat(refused).hasPositiveValue();
          assertThat(node.log()).doesNotContain("ERROR");
        }
      }
    }
  }
}
