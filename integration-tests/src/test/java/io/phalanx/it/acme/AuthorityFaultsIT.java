package io.phalanx.it.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.phalanx.it.acme.Gate.Step;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An authority that answers, but not as it should: what the log says, that other resolvers go on,
 * and that all is well when the authority is.
 */
class AuthorityFaultsIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WEB = "certificate resolver web: https://";
  private static final Pattern UNTIL = Pattern.compile("until (\\S+Z): (.*)");

  @TempDir private Path directory;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger names = new AtomicInteger();
  private Origin origin;
  private Pebble authority;
  private Gate gate;
  private ResolverNode layout;
  private Routes routes;
  private NodeProcess node;

  @BeforeEach
  void startNode() throws Exception {
    List<Integer> ports = Ports.free(2);
    origin = Origin.start("origin");
    authority =
        new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1), Pebble.Making.QUICK)
            .start();
    gate = new Gate(authority);
    routes = new Routes(directory.resolve("routes.yml"), origin);
    layout =
        new ResolverNode(
            directory.resolve("node"),
            "127.0.0.1",
            ports.get(0),
            ports.get(1),
            List.of("--certificatesResolvers.web.acme.clientResponseHeaderTimeout=2s"));
    // The other resolver's authority is well all the time.
    node = layout.start(gate, authority, routes.file());
    issue("web");
  }

  @AfterEach
  void endAll() {
    ended.countDown();
    node.close();
    gate.close();
    authority.close();
    origin.close();
  }

  private String issue(String resolver) throws Exception {
    String name = resolver + '-' + names.incrementAndGet();
    routes.want(resolver, name);
    awaitIssued(name);
    return name;
  }

  private void awaitIssued(String name) throws Exception {
    try {
      Eventually.holds(name, LIMIT, layout.site(name + ".test")::isIssued);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + '\n' + node.log(), e);
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length());
    exchange.getResponseBody().write(body.getBytes(US_ASCII));
  }

  private List<String> lines(String text) {
    return node.log().lines().filter(line -> line.contains(text)).toList();
  }

  /** Has the authority be so for a while. Returns the line that says so. */
  private String told(Step step, Gate.Injection injection) throws Exception {
    int before = lines(WEB).size();
    gate.inject(
        exchange -> step.isAt(exchange.getRequestURI().getPath()) && injection.answers(exchange));
    String name = "web-" + names.incrementAndGet();
    routes.want("web", name);
    try {
      Eventually.holds("a line that says so", LIMIT, () -> lines(WEB).size() > before);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + '\n' + node.log(), e);
    }
    issue("secure");
    List<String> told = lines(WEB).subList(before, lines(WEB).size());
    assertThat(told).as("one line").hasSize(1);
    gate.inject(_ -> false);
    awaitIssued(name);
    assertThat(node.log()).doesNotContain("ERROR").doesNotContain("\tat ");
    return told.getFirst();
  }

  @Test
  void errorsOfItsOwnAreShownInItsWords() throws Exception {
    assertThat(
            told(
                Step.NEW_ORDER,
                exchange -> {
                  answer(
                      exchange,
                      500,
                      "application/problem+json",
                      "{\"type\": \"urn:ietf:params:acme:error:serverInternal\","
                          + " \"detail\": \"the database is down\"}");
                  return true;
                }))
        .contains("cannot be used now", "the database is down");
    assertThat(
            told(
                Step.FINALIZE,
                exchange -> {
                  answer(exchange, 503, "text/html", "<html>Sorry</html>");
                  return true;
                }))
        .contains("503");
  }

  @Test
  void rubbishIsToldAsSuch() throws Exception {
    record Rubbish(Step step, String text) {}
    for (Rubbish one :
        List.of(
            new Rubbish(Step.NEW_ORDER, "<html>"),
            new Rubbish(Step.CHALLENGES, "{}"),
            new Rubbish(Step.TRIGGER, "[1"),
            new Rubbish(Step.DOWNLOAD, "{}"))) {
      int status = one.step() == Step.NEW_ORDER ? 201 : 200;
      assertThat(
              told(
                  one.step(),
                  exchange -> {
                    answer(exchange, status, "application/json", one.text());
                    return true;
                  }))
          .as("%s", one)
          .contains("cannot be used now, nothing is asked of it until", "it does not speak ACME");
    }
  }

  @Test
  void oneThatHangsIsWaitedForAsLongAsItMay() throws Exception {
    assertThat(
            told(
                Step.NEW_ORDER,
                _ -> {
                  ended.await();
                  return true;
                }))
        .contains("timed out");
    // And in the middle of an answer.
    assertThat(
            told(
                Step.CHALLENGES,
                exchange -> {
                  exchange.getResponseHeaders().set("Content-Type", "application/json");
                  exchange.sendResponseHeaders(200, 1000);
                  exchange.getResponseBody().write('{');
                  exchange.getResponseBody().flush();
                  ended.await();
                  return true;
                }))
        .contains("timed out");
  }

  @Test
  void anAnswerWithoutAnEndIsNotTaken() throws Exception {
    assertThat(
            told(
                Step.DOWNLOAD,
                exchange -> {
                  exchange
                      .getResponseHeaders()
                      .set("Content-Type", "application/pem-certificate-chain");
                  exchange.sendResponseHeaders(200, 0);
                  byte[] block = "A".repeat(1 << 16).getBytes(US_ASCII);
                  while (ended.getCount() > 0) {
                    exchange.getResponseBody().write(block);
                  }
                  return true;
                }))
        .contains("exceeds capacity");
  }

  @Test
  void oneThatForgotTheAccountIsToldOfItAgain() throws Exception {
    authority.stop();
    authority.start();
    issue("web");
    issue("secure");
    assertThat(node.log()).contains("cannot be used now").doesNotContain("ERROR");
  }

  @Test
  void whenItMayBeAskedAgainIsUpToIt() throws Exception {
    Gate.Injection busy =
        exchange -> {
          exchange.getResponseHeaders().set("Retry-After", "12");
          answer(exchange, 503, "text/html", "<html>busy</html>");
          return true;
        };
    Instant asked = Instant.now();
    String line = told(Step.NEW_ORDER, busy);
    assertThat(line).contains("cannot be used now", "HTTP 503, <html>busy");
    assertThat(until(line)).isAfter(asked.plusSeconds(11));

    gate.inject(
        exchange -> {
          if (!Step.NEW_ORDER.isAt(exchange.getRequestURI().getPath())) {
            return false;
          }
          exchange.getResponseHeaders().set("Retry-After", "9999999");
          answer(
              exchange,
              429,
              "application/problem+json",
              "{\"type\": \"urn:ietf:params:acme:error:rateLimited\", \"detail\": \"too many\"}");
          return true;
        });
    routes.want("web", "limited");
    Eventually.becomes(LIMIT, node::log, _ -> !lines("grants no more now").isEmpty());
    assertThat(lines("grants no more now")).singleElement().asString().contains("too many");
    assertThat(until(lines("grants no more now").getFirst()))
        .as("a week at most")
        .isBetween(asked.plus(Duration.ofDays(7)), asked.plus(Duration.ofDays(7)).plus(LIMIT));
    issue("secure");
  }

  private static Instant until(String line) {
    Matcher until = UNTIL.matcher(line);
    assertThat(until.find()).as(line).isTrue();
    return Instant.parse(until.group(1));
  }
}
