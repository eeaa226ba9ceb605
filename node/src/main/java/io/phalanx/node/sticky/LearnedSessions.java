package io.phalanx.node.sticky;

import io.phalanx.cluster.session.Bid;
import io.phalanx.cluster.session.Seating;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.sticky.Places.Place;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sessions that the fleet remembers: what names a session in a request stands for where its first
 * request went, or for the server that gave it that name.
 *
 * <p>A session that this node knows costs no wait; for another one the request waits for the fleet,
 * without a thread. If the fleet does not answer in time, the request goes where the balancer says,
 * and nothing is remembered of that. A session whose first request got no answer from its server is
 * forgotten.
 */
public final class LearnedSessions<T> implements Sessions<T> {
  /** Places that a session may be found at in vain, one after the other. */
  private static final int MOST_BIDS = 3;

  private final String service;
  private final SessionSource source;
  private final Places<T> places;
  private final SessionMemory memory;
  private final Duration expiry;

  /**
   * @param service qualified name: each has sessions of its own
   * @param expiry how long a session is remembered that nobody asks for
   */
  public LearnedSessions(
      String service,
      SessionSource source,
      Places<T> places,
      SessionMemory memory,
      Duration expiry) {
    this.service = service;
    this.source = source;
    this.places = places;
    this.memory = memory;
    this.expiry = expiry;
  }

  @Override
  public void choose(Exchange exchange, Supplier<Optional<T>> pick, Consumer<Optional<T>> then) {
    Optional<String> name = source.of(exchange.request());
    if (name.isPresent()) {
      new Search(exchange, key(name.get()), pick, then).start();
    } else {
      Optional<T> picked = places.pick(pick, exchange.trail());
      picked.flatMap(places::of).ifPresent(place -> listen(exchange, place, ""));
      then.accept(picked);
    }
  }

  /** Names may be secret, and are as long as a client likes; what is shared is their hash. */
  private String key(String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((service + '\n' + name).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Hears what the server says a session is named.
   *
   * @param known what the fleet has at this place already; empty: nothing
   */
  private void listen(Exchange exchange, Place<T> place, String known) {
    if (source instanceof SessionSource.Address) {
      return;
    }
    exchange.addResponseStep(
        response -> {
          if (exchange.trail().failureOfAttempt().isEmpty()) {
            learn(response, place, known);
          }
        });
  }

  private void learn(ResponseHead response, Place<T> place, String known) {
    Optional<String> named = source.of(response).map(this::key);
    if (named.isPresent() && !named.get().equals(known)) {
      var _ = memory.seat(named.get(), Bid.claim(place.value(), expiry));
    }
  }

  /** One request that has a session. Everything here happens on its I/O thread. */
  private final class Search {
    private final Exchange exchange;
    private final String key;
    private final Supplier<Optional<T>> pick;
    private final Consumer<Optional<T>> then;
    private Optional<T> candidate = Optional.empty();
    private boolean picked;
    private boolean abandoned;
    private int bids;

    Search(Exchange exchange, String key, Supplier<Optional<T>> pick, Consumer<Optional<T>> then) {
      this.exchange = exchange;
      this.key = key;
      this.pick = pick;
      this.then = then;
    }

    void start() {
      Optional<String> near = memory.near(key);
      Optional<Place<T>> place = near.flatMap(this::open);
      if (place.isPresent()) {
        goTo(place.get());
      } else {
        bid(near.orElse(""));
      }
    }

    private Optional<Place<T>> open(String value) {
      Trail trail = exchange.trail();
      return places.ofValue(value).filter(place -> places.isOpen(place, trail));
    }

    private void bid(String leaving) {
      bids++;
      String place = candidate().flatMap(places::of).map(Place::value).orElse("");
      CompletableFuture<Seating> seating =
          memory.seat(key, Bid.instead(place, leaving, expiry)).toCompletableFuture();
      if (seating.isDone()) {
        decide(seating.join());
        return;
      }
      exchange.suspend();
      exchange.whenAbandoned(() -> abandoned = true);
      var _ = seating.thenAccept(told -> exchange.ioThread().execute(() -> resume(told)));
    }

    private void resume(Seating told) {
      if (abandoned) {
        return;
      }
      try {
        decide(told);
      } catch (RuntimeException | Error e) {
        exchange.fail(Failure.unforeseen(e));
      }
    }

    private void decide(Seating told) {
      switch (told) {
        case Seating.At(String value, boolean isNew) -> {
          Optional<Place<T>> place = open(value);
          if (place.isEmpty() && bids < MOST_BIDS) {
            bid(value);
          } else if (place.isEmpty()) {
            goAnywhere();
          } else {
            if (isNew) {
              forgetUnlessAnswered(value);
            }
            goTo(place.get());
          }
        }
        case Seating.Nowhere _ -> goAnywhere();
        case Seating.Unavailable _ -> {
          memory.miss();
          goAnywhere();
        }
      }
    }

    private void forgetUnlessAnswered(String value) {
      exchange.whenOver(
          () -> {
            Trail trail = exchange.trail();
            boolean unanswered =
                trail.originHead() < 0
                    && trail
                        .failureOfAttempt()
                        .filter(f -> f instanceof Failure.UpstreamFault)
                        .isPresent();
            if (unanswered) {
              var _ = memory.seat(key, Bid.instead("", value, expiry));
            }
          });
    }

    private Optional<T> candidate() {
      if (!picked) {
        picked = true;
        candidate = places.pick(pick, exchange.trail());
      }
      return candidate;
    }

    private void goTo(Place<T> place) {
      listen(exchange, place, key);
      then.accept(Optional.of(place.of()));
    }

    private void goAnywhere() {
      Optional<T> chosen = candidate();
      chosen.flatMap(places::of).ifPresent(place -> listen(exchange, place, ""));
      then.accept(chosen);
    }
  }
}
