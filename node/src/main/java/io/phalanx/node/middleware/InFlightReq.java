package io.phalanx.node.middleware;

import io.phalanx.cluster.slot.Entry;
import io.phalanx.cluster.slot.Slots;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.Enclosure;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.Middleware;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.Verdict;
import io.phalanx.providers.dynamic.LimitOptions;
import io.phalanx.providers.dynamic.LimitOptions.OnSplit;
import io.phalanx.providers.dynamic.LimitOptions.Scope;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code inFlightReq}: so many requests of each source at one time, counted for the whole fleet;
 * one more gets 429 with Traefik's text. A request counts until its answer is whole, a tunnel until
 * it ends. As in Traefik the host is the source unless another is asked for, and each router that
 * names the middleware counts for itself, unless {@code budget} names what several share.
 *
 * <p>While the fleet does not answer, {@code onSplit} decides as for {@link RateLimit}.
 */
public final class InFlightReq implements Middleware, Enclosure {
  public static final MiddlewareType<LimitOptions.InFlightReq> TYPE =
      new MiddlewareType<>("inFlightReq", LimitOptions.InFlightReq.class, InFlightReq::new);

  private static final Logger LOG = LoggerFactory.getLogger(InFlightReq.class);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Answer DENIED = Answer.text(503, "Service Unavailable");
  private static final LimitOptions.SourceCriterion HOST =
      new LimitOptions.SourceCriterion(Optional.empty(), Optional.empty(), true);

  private final LimitOptions.InFlightReq options;
  private final MiddlewareContext context;
  private final RequestSource source;
  private final String keyPrefix;
  private final Slots slots;
  private final Answer full;
  private final Verdict verdict = new Verdict.Enclose(this);

  InFlightReq(LimitOptions.InFlightReq options, MiddlewareContext context) {
    this.options = options;
    this.context = context;
    this.source =
        new RequestSource(Optional.of(options.sourceCriterion().filter(this::says).orElse(HOST)));
    this.keyPrefix =
        options
            .budget()
            .map(name -> "budget " + name + ' ')
            .orElse("inFlightReq " + context.router() + ' ' + context.name() + ' ');
    this.slots = (options.scope() == Scope.FLEET ? context.fleet() : context.node()).slots();
    this.full = Answer.text(429, "max connections reached: " + options.amount());
  }

  private boolean says(LimitOptions.SourceCriterion criterion) {
    return criterion.requestHost()
        || criterion.requestHeaderName().isPresent()
        || criterion.ipStrategy().isPresent();
  }

  @Override
  public Verdict onRequest(RequestHead request) {
    return verdict;
  }

  @Override
  public void answer(Exchange exchange, ExchangeHandler behind) {
    if (options.onSplit() == OnSplit.DENY
        && options.scope() == Scope.FLEET
        && !context.majority().getAsBoolean()) {
      exchange.respond(DENIED);
      return;
    }
    String key = keyPrefix + source.of(exchange.request());
    CompletableFuture<Entry> entry =
        slots
            .enter(key, options.amount(), Splits.counted(options.onSplit()), PATIENCE)
            .toCompletableFuture();
    if (entry.isDone()) {
      decide(entry.join(), key, exchange, behind);
      return;
    }
    var over = new AtomicBoolean();
    exchange.suspend();
    exchange.whenOver(() -> over.set(true));
    entry.thenAccept(
        decided -> exchange.ioThread().execute(() -> resume(decided, key, over, exchange, behind)));
  }

  private void resume(
      Entry entry, String key, AtomicBoolean over, Exchange exchange, ExchangeHandler behind) {
    if (!over.get()) {
      decide(entry, key, exchange, behind);
    } else if (entry instanceof Entry.Entered(Runnable leave)) {
      leave.run();
    }
  }

  private void decide(Entry entry, String key, Exchange exchange, ExchangeHandler behind) {
    switch (entry) {
      case Entry.Entered(Runnable leave) -> {
        exchange.whenOver(leave);
        behind.handle(exchange);
      }
      case Entry.Full _ -> exchange.respond(full);
      case Entry.Unavailable(String reason) -> withoutFleet(reason, key, exchange, behind);
    }
  }

  private void withoutFleet(String reason, String key, Exchange exchange, ExchangeHandler behind) {
    LOG.debug("{}: the fleet does not answer for its slots: {}", context.name(), reason);
    OnSplit onSplit = options.onSplit();
    long most =
        switch (onSplit) {
          case ALLOW -> Long.MAX_VALUE;
          case DENY, FAIR_SHARE -> 0;
          case LOCAL -> options.amount();
        };
    if (most == 0) {
      exchange.respond(onSplit == OnSplit.DENY ? DENIED : full);
    } else {
      decide(
          slots.enterAnyway(key, options.amount(), Splits.counted(options.onSplit()), most),
          key,
          exchange,
          behind);
    }
  }
}
