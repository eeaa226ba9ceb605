package io.phalanx.node;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.ExchangeObserver;
import io.phalanx.node.pipeline.Pipeline;
import io.phalanx.node.pipeline.Routing;
import io.phalanx.node.settings.EntryPointSettings;
import io.phalanx.node.systemd.InheritedSockets;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry points of a node, which come, go, move and change their options while it runs.
 *
 * <p>One that moves is opened anew before it ends where it was, as at the end of the node: what is
 * on its way there has its time. One whose options change keeps its socket: connections that are
 * there keep the old options and end with the answer to their next request.
 */
final class EntryPoints {
  private static final Logger LOG = LoggerFactory.getLogger(EntryPoints.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Workers workers;
  private final List<ExchangeObserver> observers;
  private final InheritedSockets inherited;

  /** All that may have connections still, also those that end; for what is counted. */
  private final List<EntryPoint> alive = new CopyOnWriteArrayList<>();

  // Guarded by this.
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, String> failures = new TreeMap<>();
  private final Map<String, Long> failedBefore = new TreeMap<>();
  private final Map<EntryPoint, Thread> ending = new HashMap<>();
  private boolean opened;
  private boolean stopped;

  /**
   * An entry point as it is served.
   *
   * @param open empty if it could not be opened
   * @param given whether its socket is one that another process opened, whatever its address
   */
  private record Place(
      EntryPointSettings settings,
      EntryPointOptions options,
      Pipeline pipeline,
      Optional<EntryPoint> open,
      boolean given) {
    Place with(EntryPoint now, boolean isGiven) {
      return new Place(settings, options, pipeline, Optional.of(now), isGiven);
    }

    boolean isAt(EntryPointOptions other) {
      return given
          || (options.address().equals(other.address())
              && options.sharesPort() == other.sharesPort());
    }

    /** Whatever the address of a socket that was given. */
    boolean hasOptionsOf(Place other) {
      return options.at(other.options.address()).equals(other.options);
    }

    Farewell farewell(EntryPoint leaving) {
      return Farewell.of(leaving, settings.transport().lifeCycle());
    }
  }

  EntryPoints(Workers workers, List<ExchangeObserver> observers, InheritedSockets inherited) {
    this.workers = workers;
    this.observers = List.copyOf(observers);
    this.inherited = inherited;
  }

  /**
   * Sees whether all of these could be served from now on.
   *
   * @throws IOException if one could not be opened; the message has its name, address and reason
   */
  synchronized void tryOut(Map<String, EntryPointSettings> wanted) throws IOException {
    if (!opened) {
      return;
    }
    for (Map.Entry<String, EntryPointSettings> entry : wanted.entrySet()) {
      EntryPointOptions options = EntryPointMapping.options(entry.getKey(), entry.getValue());
      Place here = places.get(entry.getKey());
      boolean isThere = here != null && here.open().isPresent() && here.isAt(options);
      // Where an entry point of this node's listens, there is room once it has gone.
      if (!isThere && overlapping(entry.getValue()).isEmpty()) {
        EntryPoint.tryOut(options);
      }
    }
  }

  private List<Place> overlapping(EntryPointSettings settings) {
    return places.values().stream()
        .filter(place -> place.open().isPresent() && !place.given())
        .filter(place -> place.settings().address().overlaps(settings.address()))
        .toList();
  }

  /**
   * Opens all for the first time.
   *
   * @throws IOException if one cannot be opened
   */
  synchronized void open() throws IOException {
    opened = true;
    for (Map.Entry<String, Place> entry : places.entrySet()) {
      entry.setValue(opened(entry.getKey(), entry.getValue()));
    }
    inherited
        .names()
        .forEach(name -> LOG.warn("the socket \"{}\" of systemd has no entry point", name));
  }

  private Place opened(String name, Place place) throws IOException {
    Pipeline pipeline = place.pipeline();
    Optional<ServerSocketChannel> given = inherited.take(name);
    EntryPoint open =
        given.isPresent()
            ? EntryPoint.openOn(
                given.get(), workers, place.options(), pipeline, observers, pipeline)
            : EntryPoint.open(workers, place.options(), pipeline, observers, pipeline);
    alive.add(open);
    LOG.info(
        "entry point {} listens on {}{}",
        name,
        open.address(),
        given.isPresent() ? ", a socket of systemd" : "");
    return place.with(open, given.isPresent());
  }

  /**
   * Serves these, and no others.
   *
   * @param routing of each, by its name
   */
  synchronized void serve(Map<String, EntryPointSettings> wanted, Map<String, Routing> routing) {
    if (stopped) {
      return;
    }
    var next = new LinkedHashMap<String, Place>();
    wanted.forEach((name, settings) -> next.put(name, next(name, settings, routing)));
    var leaving = new LinkedHashMap<String, Place>();
    places.forEach(
        (name, place) -> {
          Place after = next.get(name);
          if (place.open().isPresent() && (after == null || !place.isAt(after.options()))) {
            leaving.put(name, place);
          }
        });
    Map<String, Place> before = Map.copyOf(places);
    places.clear();
    places.putAll(next);
    failures.keySet().retainAll(next.keySet());
    if (opened) {
      next.forEach((name, place) -> change(name, place, before.get(name), leaving));
      leaving.forEach((name, place) -> leave(name, place, next.containsKey(name)));
    }
  }

  /** Not open yet, with the pipeline that it will have; requests are routed anew from now on. */
  private Place next(String name, EntryPointSettings settings, Map<String, Routing> routing) {
    Routing now = Objects.requireNonNull(routing.get(name));
    Place before = places.get(name);
    boolean logged = settings.observability().accessLogs();
    boolean measured = settings.observability().metrics();
    Pipeline pipeline =
        before != null
                && before.settings().observability().accessLogs() == logged
                && before.settings().observability().metrics() == measured
            ? before.pipeline()
            : new Pipeline(logged, measured, now);
    if (before != null) {
      before.pipeline().activate(now);
    }
    return new Place(
        settings, EntryPointMapping.options(name, settings), pipeline, Optional.empty(), false);
  }

  private void change(
      String name, Place place, @Nullable Place before, Map<String, Place> leaving) {
    try {
      if (before == null || before.open().isEmpty() || !before.isAt(place.options())) {
        makeRoom(place, leaving);
        places.put(name, opened(name, place));
        failures.remove(name);
        return;
      }
      EntryPoint open = before.open().get();
      if (before.pipeline().equals(place.pipeline()) && before.hasOptionsOf(place)) {
        places.put(name, place.with(open, before.given()));
        return;
      }
      Pipeline pipeline = place.pipeline();
      EntryPoint after =
          EntryPoint.succeed(open, workers, place.options(), pipeline, observers, pipeline);
      alive.add(after);
      places.put(name, place.with(after, before.given()));
      Thread.ofVirtual().name("succeeded-" + name).start(() -> awaitLast(open));
      LOG.info("entry point {} has other options for connections that come from now on", name);
    } catch (IOException e) {
      LOG.error("{}; it is tried again every {} s", e.getMessage(), RETRY.toSeconds());
      failures.put(name, String.valueOf(e.getMessage()));
      Thread.ofVirtual().name("opening-" + name).start(() -> retryLater(name));
    }
  }

  /** Where one that leaves is in the way it has to stop listening first. */
  private static void makeRoom(Place place, Map<String, Place> leaving) {
    leaving.values().stream()
        .filter(other -> other.settings().address().overlaps(place.settings().address()))
        .forEach(other -> other.open().ifPresent(EntryPoint::stopAccepting));
  }

  private void retryLater(String name) {
    try {
      TimeUnit.NANOSECONDS.sleep(RETRY.toNanos());
    } catch (InterruptedException _) {
      return;
    }
    retry(name);
  }

  private synchronized void retry(String name) {
    Place place = places.get(name);
    if (!stopped && place != null && place.open().isEmpty()) {
      change(name, place, null, Map.of());
    }
  }

  private void leave(String name, Place place, boolean moved) {
    EntryPoint open = place.open().orElseThrow();
    LOG.info("entry point {} {} {}", name, moved ? "leaves" : "ends at", open.address());
    ending.put(
        open,
        Thread.ofVirtual()
            .name("leaving-" + name)
            .start(
                () -> {
                  Farewell.all(List.of(place.farewell(open)));
                  forget(open);
                }));
  }

  /** One whose socket another has goes when its last connection has gone. */
  private void awaitLast(EntryPoint former) {
    int empty = 0;
    try {
      // A connection may be on its way to it when it is looked at first.
      while (empty < 2) {
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        empty = former.openConnections() == 0 ? empty + 1 : 0;
      }
    } catch (InterruptedException _) {
      return;
    }
    former.close();
    forget(former);
  }

  private synchronized void forget(EntryPoint former) {
    ending.remove(former);
    if (alive.remove(former)) {
      failedBefore.merge(former.name(), former.failedHandshakes(), Long::sum);
    }
  }

  /** Why entry points that are to be there are not. */
  synchronized List<String> failures() {
    return List.copyOf(failures.values());
  }

  /** Connections of clients that are open, by the name of the entry point. */
  synchronized Map<String, Long> openConnections() {
    return sums(EntryPoint::openConnections);
  }

  /** Requests, and connections of TCP routers, that are on their way. Does not wait. */
  long inWork() {
    return alive.stream().mapToLong(EntryPoint::activeExchanges).sum();
  }

  /** TLS handshakes that came to nothing since the start. */
  synchronized Map<String, Long> failedHandshakes() {
    Map<String, Long> sums = sums(EntryPoint::failedHandshakes);
    failedBefore.forEach((name, count) -> sums.merge(name, count, Long::sum));
    return sums;
  }

  private Map<String, Long> sums(ToLongFunction<EntryPoint> count) {
    var sums = new TreeMap<String, Long>();
    alive.forEach(one -> sums.merge(one.name(), count.applyAsLong(one), Long::sum));
    return sums;
  }

  /** How long {@link #stop} may take. */
  synchronized Duration longestStop() {
    return Farewell.longest(farewells());
  }

  private List<Farewell> farewells() {
    var farewells = new ArrayList<Farewell>();
    for (EntryPoint one : alive) {
      Place place = places.get(one.name());
      if (place != null && !ending.containsKey(one)) {
        farewells.add(place.farewell(one));
      }
    }
    return farewells;
  }

  /** Ends all, each in its own time, those included that are at it. */
  void stop() {
    List<Farewell> farewells;
    List<Thread> others;
    synchronized (this) {
      stopped = true;
      farewells = farewells();
      others = List.copyOf(ending.values());
    }
    Farewell.all(farewells);
    Farewell.await(others);
  }
}
