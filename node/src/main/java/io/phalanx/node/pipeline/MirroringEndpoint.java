package io.phalanx.node.pipeline;

import io.phalanx.node.attempt.Attempt;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.attempt.Copy;
import io.phalanx.node.attempt.Judge;
import io.phalanx.node.attempt.KeptBody;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.HeldBody;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.exchange.RequestHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A service whose requests are sent to others, too, when they were answered. Nobody waits for those
 * copies, and whatever becomes of them the client never learns. As in Traefik there is none of a
 * request whose client left, and none of a body over the limit.
 */
public final class MirroringEndpoint implements Endpoint {
  private static final BodySource NO_BODY = HeldBody.none();

  private final Endpoint main;
  private final List<Mirror> mirrors;
  private final Bodies bodies;
  private final Copies copies;
  private final AtomicLong requests = new AtomicLong();

  /**
   * @param percent of the requests, spread evenly, beginning with the first
   */
  public record Mirror(Endpoint endpoint, int percent) {
    boolean takes(long request) {
      return due(request) > due(request - 1);
    }

    private long due(long count) {
      return Math.ceilDiv(count * percent, 100L);
    }
  }

  /**
   * @param copied whether copies have the request's body; else none
   * @param most bytes of a body that is copied; below 0 only {@code memory} limits it
   */
  public record Bodies(boolean copied, long most, MemoryBound memory) {}

  public MirroringEndpoint(Endpoint main, List<Mirror> mirrors, Bodies bodies, Copies copies) {
    this.main = main;
    this.mirrors = List.copyOf(mirrors);
    this.bodies = bodies;
    this.copies = copies;
  }

  @Override
  public boolean isUp() {
    return main.isUp();
  }

  @Override
  public void answer(Exchange exchange) {
    long number = requests.incrementAndGet();
    List<Endpoint> wanted =
        mirrors.stream().filter(mirror -> mirror.takes(number)).map(Mirror::endpoint).toList();
    if (wanted.isEmpty() || !exchange.request().upgrade().isEmpty()) {
      main.answer(exchange);
      return;
    }
    BodySource body = exchange.requestBody();
    boolean keeps = bodies.copied() && body.length() != 0;
    if (keeps && bodies.most() >= 0 && body.length() > bodies.most()) {
      copies.leaveOut(wanted.size());
      main.answer(exchange);
    } else if (!copies.enter(wanted.size())) {
      main.answer(exchange);
    } else if (keeps) {
      var kept = new KeptBody(body, bodies.most(), bodies.memory());
      new Mirroring(exchange, wanted, Optional.of(kept)).arrange();
      new Attempt(exchange, exchange.request(), kept.fromTheBeginning(), Judge.TAKES_ALL)
          .start(main::answer);
    } else {
      new Mirroring(exchange, wanted, Optional.empty()).arrange();
      main.answer(exchange);
    }
  }

  /** One request and its copies. */
  private final class Mirroring {
    private final Exchange exchange;
    private final List<Endpoint> wanted;
    private final Optional<KeptBody> kept;
    private final RequestHead asItCame;
    private int left;

    Mirroring(Exchange exchange, List<Endpoint> wanted, Optional<KeptBody> kept) {
      this.exchange = exchange;
      this.wanted = wanted;
      this.kept = kept;
      this.asItCame = exchange.request().copy();
      this.left = wanted.size();
    }

    void arrange() {
      exchange.whenOver(() -> exchange.ioThread().after(Duration.ZERO, this::send));
    }

    private void send() {
      boolean whole = kept.map(KeptBody::isWhole).orElse(true);
      if (!whole) {
        copies.leaveOut(wanted.size());
      }
      if (!whole || clientLeft()) {
        wanted.forEach(_ -> ended());
        return;
      }
      for (Endpoint endpoint : wanted) {
        var copy =
            new Copy(
                exchange.client(),
                asItCame.copy(),
                kept.map(KeptBody::fromTheBeginning).orElse(NO_BODY),
                exchange.ioThread(),
                copies);
        copy.whenOver(this::ended);
        copy.send(endpoint::answer);
      }
    }

    private boolean clientLeft() {
      return exchange
          .trail()
          .failure()
          .filter(failure -> failure instanceof Failure.ClientFault)
          .isPresent();
    }

    private void ended() {
      copies.leave();
      if (--left == 0) {
        kept.ifPresent(KeptBody::release);
      }
    }
  }
}
