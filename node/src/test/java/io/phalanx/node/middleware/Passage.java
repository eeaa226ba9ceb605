package io.phalanx.node.middleware;

import io.phalanx.cluster.budget.Budgets;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.cluster.key.Signing;
import io.phalanx.cluster.local.LocalBreakers;
import io.phalanx.cluster.local.LocalBudgets;
import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.cluster.quota.Admission;
import io.phalanx.cluster.quota.Quotas;
import io.phalanx.node.buffering.SpoolSpace;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.TestExchange;
import io.phalanx.node.exchange.TestHeaders;
import io.phalanx.node.exchange.TestRequest;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.node.password.PasswordChecks;
import io.phalanx.providers.Problem;
import io.phalanx.providers.dynamic.MiddlewareTypes;
import io.phalanx.providers.tree.Decoded;
import io.phalanx.providers.tree.YamlReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** A middleware as it is configured, and what becomes of requests that come to it. */
public final class Passage {
  /** For middlewares that ask for none. */
  public static final Quotas NO_QUOTAS =
      (_, _, _) -> CompletableFuture.completedStage(new Admission.Unavailable("there are none"));

  private static final FleetKey KEY = FleetKey.generate();
  private static final PasswordChecks PASSWORDS = PasswordChecks.start();

  /** What a node has. */
  public static final MiddlewareParts PARTS = parts(new Nowhere());

  /** What a node has that sends requests by {@code forwarder}. */
  static MiddlewareParts parts(Forwarder forwarder) {
    return new MiddlewareParts(
        PASSWORDS,
        purpose -> Signing.of(List.of(KEY), purpose),
        forwarder,
        _ -> new Forwarder.Transport() {},
        new MemoryBound(64 << 20, () -> {}),
        SpoolSpace.of(new MemoryBound(1 << 20, () -> {})),
        new Notices());
  }

  /** Sends nothing. */
  private static final class Nowhere implements Forwarder {
    @Override
    public void forward(Exchange exchange, Target target) {
      throw new IllegalStateException("nobody is to be asked");
    }
  }

  private final Middleware step;

  private Passage(Middleware step) {
    this.step = step;
  }

  /** What one node counts by itself. */
  public static Counts counts(Budgets budgets) {
    return new Counts(budgets, new LocalSlots(), NO_QUOTAS, new LocalBreakers(System::nanoTime));
  }

  /** Builds a middleware from its options, written in YAML. */
  public static <C extends Record> Passage of(MiddlewareType<C> type, String yaml) {
    return of(type, yaml, context(PARTS));
  }

  /** The context of a middleware in a node of its own. */
  static MiddlewareContext context(MiddlewareParts parts) {
    var counts = counts(new LocalBudgets(System::nanoTime));
    return new MiddlewareContext(
        "app@file",
        "tested@file",
        counts,
        counts,
        () -> true,
        new MemoryBound(1 << 20, () -> {}),
        new ManualScheduler(),
        parts);
  }

  public static <C extends Record> Passage of(
      MiddlewareType<C> type, String yaml, MiddlewareContext context) {
    Decoded<C> decoded =
        MiddlewareTypes.DECODER.decode(YamlReader.read("case.yml", yaml).tree(), type.options());
    C options =
        decoded
            .value()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        String.join(
                            "; ", decoded.problems().stream().map(Problem::toString).toList())));
    return new Passage(type.build(options, context));
  }

  public Middleware step() {
    return step;
  }

  /**
   * What a server behind the middleware received, or what the middleware answered, and the head of
   * the answer as the client sees it.
   */
  public record Outcome(
      RequestHead request, boolean reachedServer, int status, TestHeaders headers, String body) {
    public TestHeaders requestHeaders() {
      return (TestHeaders) request.headers();
    }
  }

  public Outcome send(TestRequest request) {
    return send(request, 200);
  }

  /** Sends a request to a server that answers with these headers. */
  public Outcome send(TestRequest request, int status, String... serverHeaders) {
    RequestHead head = request.head();
    Verdict verdict = settled(step.onRequest(head));
    if (verdict instanceof Verdict.Respond(Answer answer)) {
      return answered(head, answer);
    }
    if (verdict instanceof Verdict.Enclose(Enclosure enclosure)) {
      return enclosed(head, enclosure, status, serverHeaders);
    }
    var response = new ResponseHead(status, TestHeaders.of(serverHeaders));
    if (verdict instanceof Verdict.Proceed proceed) {
      proceed.onResponse().ifPresent(step -> step.onResponse(response));
    }
    return new Outcome(head, true, response.status(), (TestHeaders) response.headers(), "");
  }

  private static Outcome enclosed(
      RequestHead head, Enclosure enclosure, int status, String... serverHeaders) {
    var exchange = new TestExchange(head);
    var reached = new AtomicBoolean();
    enclosure.answer(
        exchange,
        inner -> {
          reached.set(true);
          inner.response().status(status);
          TestHeaders.of(serverHeaders)
              .forEach((name, value) -> inner.response().headers().add(HeaderName.of(name), value));
          inner.startResponse(0);
        });
    return new Outcome(
        head,
        reached.get(),
        exchange.response().status(),
        exchange.responseHeaders(),
        exchange.body());
  }

  private static Verdict settled(Verdict verdict) {
    return verdict instanceof Verdict.Wait wait
        ? wait.decision().toCompletableFuture().join()
        : verdict;
  }

  private static Outcome answered(RequestHead head, Answer answer) {
    var headers = new TestHeaders();
    answer.headers().forEach(field -> headers.add(field.name(), field.value()));
    return new Outcome(head, false, answer.status(), headers, answer.body());
  }
}
