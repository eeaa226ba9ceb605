package io.phalanx.node.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.routing.RouteTable;
import io.phalanx.node.rule.Rule;
import io.phalanx.node.rule.RuleSyntaxException;
import io.phalanx.node.service.Server;
import io.phalanx.node.service.WeightedRoundRobin;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TlsTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class PipelineTest {
  private static final HeaderName TRACE = HeaderName.of("X-Trace");
  private static final Endpoint OK = exchange -> exchange.respond(Answer.text(200, "ok"));

  private static RouteTable<Route> table(Endpoint endpoint, Middleware... middlewares) {
    try {
      return RouteTable.<Route>builder()
          .add(
              Rule.parse("PathPrefix(`/app`)"),
              10,
              0,
              "app@file",
              new Route(
                  "app@file", "backend@file", List.of(middlewares), endpoint, false, true, true))
          .build();
    } catch (RuleSyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Pipeline pipeline(RouteTable<Route> table) {
    return new Pipeline(true, true, plain(table));
  }

  private static Routing plain(RouteTable<Route> table) {
    Routing nothing = Routing.nothing(TlsTable.empty(() -> TestCertificates.FALLBACK));
    return new Routing(table, nothing.secure(), nothing.tls());
  }

  private static TestExchange handled(Pipeline pipeline, String target) {
    var exchange = new TestExchange(TestRequest.get(target).head());
    pipeline.handle(exchange);
    return exchange;
  }

  private static Middleware tracing(String name) {
    return request -> {
      request.headers().add(TRACE, name);
      return Verdict.proceedThen(response -> response.headers().add(TRACE, name));
    };
  }

  @Test
  void answersWith404WhereNoRouterMatches() {
    var exchange = handled(pipeline(table(OK)), "/other");

    assertThat(exchange.response().status()).isEqualTo(404);
    assertThat(exchange.body()).isEqualTo("404 page not found\n");
    assertThat(exchange.responseHeaders().text())
        .containsExactly(
            "content-type: text/plain; charset=utf-8", "x-content-type-options: nosniff");
    assertThat(exchange.trail().router()).isEmpty();
  }

  @Test
  void recordsTheRouterAndItsService() {
    var exchange = handled(pipeline(table(OK)), "/app");

    assertThat(exchange.trail().router()).isEqualTo("app@file");
    assertThat(exchange.trail().service()).isEqualTo("backend@file");
  }

  @Test
  void asksMiddlewaresInOrderAndShowsThemTheAnswerInReverse() {
    var exchange = handled(pipeline(table(OK, tracing("a"), tracing("b"))), "/app");

    assertThat(exchange.request().headers().all(TRACE)).containsExactly("a", "b");
    assertThat(exchange.responseHeaders().all(TRACE)).containsExactly("b", "a");
    assertThat(exchange.body()).isEqualTo("ok");
  }

  @Test
  void anAnswerOfAMiddlewareIsSeenByThoseInFrontAndNeverAsksThoseBehind() {
    Middleware refusing = _ -> new Verdict.Respond(Answer.empty(403));
    var exchange = handled(pipeline(table(OK, tracing("a"), refusing, tracing("b"))), "/app");

    assertThat(exchange.response().status()).isEqualTo(403);
    assertThat(exchange.responseHeaders().all(TRACE)).containsExactly("a");
    assertThat(exchange.request().headers().all(TRACE)).containsExactly("a");
  }

  @Test
  void goesOnWhereItWasWhenAWaitIsOver() {
    var decision = new CompletableFuture<Verdict>();
    Middleware waiting = _ -> new Verdict.Wait(decision);
    var exchange = handled(pipeline(table(OK, tracing("a"), waiting, tracing("b"))), "/app");
    assertThat(exchange.isSuspended()).isTrue();
    assertThat(exchange.answer()).isEmpty();

    decision.complete(Verdict.PROCEED);
    assertThat(exchange.answer()).isEmpty();
    exchange.runIoThread();

    assertThat(exchange.request().headers().all(TRACE)).containsExactly("a", "b");
    assertThat(exchange.body()).isEqualTo("ok");
  }

  @Test
  void keepsTheResponseStepOfAWait() {
    var decision = new CompletableFuture<Verdict>();
    var exchange = handled(pipeline(table(OK, _ -> new Verdict.Wait(decision))), "/app");

    decision.complete(Verdict.proceedThen(response -> response.headers().add(TRACE, "late")));
    exchange.runIoThread();

    assertThat(exchange.responseHeaders().all(TRACE)).containsExactly("late");
  }

  @Test
  void waitsOneAfterAnother() {
    var first = new CompletableFuture<Verdict>();
    var second = new CompletableFuture<Verdict>();
    var exchange =
        handled(
            pipeline(table(OK, _ -> new Verdict.Wait(first), _ -> new Verdict.Wait(second))),
            "/app");

    first.complete(Verdict.PROCEED);
    exchange.runIoThread();
    assertThat(exchange.answer()).isEmpty();
    second.complete(new Verdict.Respond(Answer.empty(429)));
    exchange.runIoThread();

    assertThat(exchange.response().status()).isEqualTo(429);
  }

  @Test
  void asksNobodyForAClientThatLeftDuringAWait() {
    var decision = new CompletableFuture<Verdict>();
    var asked = new ArrayList<Exchange>();
    var exchange = handled(pipeline(table(asked::add, _ -> new Verdict.Wait(decision))), "/app");

    exchange.abandon();
    decision.complete(Verdict.PROCEED);
    exchange.runIoThread();

    assertThat(asked).isEmpty();
    assertThat(exchange.trail().hasReachedService()).isFalse();
  }

  @Test
  void aWaitThatFailsIsAFailureOfTheNode() {
    var decision = new CompletableFuture<Verdict>();
    var exchange = handled(pipeline(table(OK, _ -> new Verdict.Wait(decision))), "/app");

    decision.completeExceptionally(new IllegalArgumentException("broken"));
    exchange.runIoThread();

    assertThat(exchange.failure()).containsInstanceOf(Failure.NodeFault.class);
  }

  @Test
  void whatIsThrownBehindAWaitIsAFailureOfTheNode() {
    var decision = new CompletableFuture<Verdict>();
    Endpoint broken =
        _ -> {
          throw new StackOverflowError();
        };
    var exchange = handled(pipeline(table(broken, _ -> new Verdict.Wait(decision))), "/app");

    decision.complete(Verdict.PROCEED);
    exchange.runIoThread();

    assertThat(exchange.failure()).containsInstanceOf(Failure.NodeFault.class);
  }

  @Test
  void aDecisionToWaitAgainIsAFailureOfTheNode() {
    Verdict again = new Verdict.Wait(new CompletableFuture<>());
    var decision = new CompletableFuture<Verdict>();
    var exchange = handled(pipeline(table(OK, _ -> new Verdict.Wait(decision))), "/app");

    decision.complete(again);
    exchange.runIoThread();

    assertThat(exchange.failure()).containsInstanceOf(Failure.NodeFault.class);
  }

  @Test
  void aWaitingRequestStaysInTheTableThatItCameIn() {
    var decision = new CompletableFuture<Verdict>();
    var pipeline = pipeline(table(OK, _ -> new Verdict.Wait(decision)));
    var waiting = handled(pipeline, "/app");

    pipeline.activate(plain(table(exchange -> exchange.respond(Answer.text(200, "new")))));
    decision.complete(Verdict.PROCEED);
    waiting.runIoThread();

    assertThat(waiting.body()).isEqualTo("ok");
    assertThat(handled(pipeline, "/app").body()).isEqualTo("new");
  }

  private record Sent(Exchange exchange, Forwarder.Target target) {}

  @Test
  void sendsToTheServerThatTheBalancerPicks() {
    var sent = new ArrayList<Sent>();
    var transport = new Forwarder.Transport() {};
    var server = Server.of("http://127.0.0.1:9000/base", 1, true);
    var service =
        new ServiceEndpoint(
            "backend@file",
            List.of(server),
            ServiceEndpoint.Choice.of(new WeightedRoundRobin(List.of(server), 0), Optional.empty()),
            false,
            transport,
            (exchange, target) -> sent.add(new Sent(exchange, target)));

    var exchange = handled(pipeline(table(service)), "/app");

    assertThat(sent)
        .containsExactly(
            new Sent(exchange, new Forwarder.Target(server.url(), false, true, transport)));
  }

  @Test
  void failsWhereTheServiceHasNoServer() {
    var service =
        new ServiceEndpoint(
            "backend@file",
            List.of(),
            ServiceEndpoint.Choice.of(new WeightedRoundRobin(List.of(), 0), Optional.empty()),
            true,
            new Forwarder.Transport() {},
            (_, _) -> {
              throw new AssertionError("nothing to send to");
            });

    var exchange = handled(pipeline(table(service)), "/app");

    assertThat(exchange.failure()).contains(new Failure.NoServer("backend@file"));
  }
}
