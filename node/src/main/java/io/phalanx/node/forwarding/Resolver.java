package io.phalanx.node.forwarding;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Looks names up on virtual threads, each name once at a time, and keeps what it found for a few
 * seconds. What was not found is asked again at once; the platform's own cache bounds the rate.
 */
final class Resolver {
  /** The platform's way to look a name up. May wait. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] addresses(String name) throws UnknownHostException;
  }

  private static final long KEEP_NANOS = Duration.ofSeconds(5).toNanos();
  private static final int MAX_NAMES = 10_000;

  private record Known(List<InetAddress> addresses, long foundAt) {}

  private final Lookup lookup;
  private final LongSupplier nanoTime;
  private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, CompletableFuture<List<InetAddress>>> asking =
      new ConcurrentHashMap<>();

  Resolver(Lookup lookup, LongSupplier nanoTime) {
    this.lookup = lookup;
    this.nanoTime = nanoTime;
  }

  /**
   * The addresses of {@code server}, at least one; fails with an {@link UnknownHostException}.
   * Complete when it returns if no one has to be asked.
   */
  CompletableFuture<List<InetAddress>> addresses(ServerAddress server) {
    if (server.literal().isPresent()) {
      return CompletableFuture.completedFuture(List.of(server.literal().get()));
    }
    Known found = known.get(server.host());
    if (found != null && nanoTime.getAsLong() - found.foundAt() < KEEP_NANOS) {
      return CompletableFuture.completedFuture(found.addresses());
    }
    var mine = new CompletableFuture<List<InetAddress>>();
    var others = asking.putIfAbsent(server.host(), mine);
    if (others != null) {
      return others;
    }
    Thread.ofVirtual().name("resolve-" + server.host()).start(() -> ask(server.host(), mine));
    return mine;
  }

  private void ask(String name, CompletableFuture<List<InetAddress>> answer) {
    try {
      var addresses = List.of(lookup.addresses(name));
      if (known.size() >= MAX_NAMES) {
        known.clear();
      }
      known.put(name, new Known(addresses, nanoTime.getAsLong()));
      asking.remove(name);
      answer.complete(addresses);
    } catch (UnknownHostException | RuntimeException e) {
      asking.remove(name);
      answer.completeExceptionally(e);
    }
  }
}
