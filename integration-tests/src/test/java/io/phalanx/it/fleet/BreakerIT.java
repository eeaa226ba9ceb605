package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.phalanx.it.harness.Client;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Circuit breakers of three nodes as processes, in front of one server. */
class BreakerIT {
  private static final int NODES = 3;
  private static final int ROUNDS = 5;

  private static final String ROUTES =
      """
      http:
        routers:
          ready: {rule: "Path(`/ready`)", service: one}
          round0: {rule: "Path(`/round0`)", middlewares: [long], service: one}
          round1: {rule: "Path(`/round1`)", middlewares: [long], service: one}
          round2: {rule: "Path(`/round2`)", middlewares: [long], service: one}
          round3: {rule: "Path(`/round3`)", middlewares: [long], service: one}
          round4: {rule: "Path(`/round4`)", middlewares: [long], service: one}
          lone: {rule: "Path(`/lone`)", middlewares: [long], service: one}
          probed: {rule: "Path(`/probed`)", middlewares: [short], service: one}
        middlewares:
          long:
            circuitBreaker:
              expression: "NetworkErrorRatio() > 0.5"
              checkPeriod: 1ms
              fallbackDuration: 60s
          short:
            circuitBreaker:
              expression: "ResponseCodeRatio(500, 600, 0, 600) > 0.5"
              checkPeriod: 1ms
              fallbackDuration: 1s
              recoveryDuration: 1s
        services:
          one: {loadBalancer: {servers: [{url: "%s"}]}}
      """;

  @TempDir private Path directory;

  private final Client client = new Client();
  private final Guarded server = new Guarded();
  private ThreeNodes nodes;

  /** A server that some nodes do not reach, and that tells how many requests it has at a time. */
  private static final class Guarded implements AutoCloseable {
    private final HttpServer http;
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger failuresLeft = new AtomicInteger();
    private final AtomicInteger probes = new AtomicInteger();
    private final AtomicBoolean slow = new AtomicBoolean();
    private volatile List<Integer> unreachableThrough = List.of();

    Guarded() {
      try {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      http.createContext("/", this::answer);
      http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      http.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        exchange.getRequestBody().readAllBytes();
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (unreachableThrough.stream().anyMatch(port -> host.endsWith(":" + port))) {
          return; // The connection is closed without an answer.
        }
        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
        int status = slow.get() ? probed() : failuresLeft.getAndDecrement() > 0 ? 500 : 200;
        inside.decrementAndGet();
        byte[] body =
            exchange.getRequestURI().getPath().substring(1).getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
      }
    }

    /** Takes its time, so that others would be seen; the third goes well, and all behind it. */
    private int probed() {
      try {
        TimeUnit.MILLISECONDS.sleep(300);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      boolean well = probes.incrementAndGet() > 2;
      slow.compareAndSet(well, !well);
      return well ? 200 : 500;
    }

    String url() {
      return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    @Override
    public void close() {
      http.stop(0);
    }
  }

  @BeforeEach
  void startThreeNodes() throws Exception {
    nodes = ThreeNodes.start(directory, ROUTES.formatted(server.url()), client);
  }

  @AfterEach
  void endAll() {
    nodes.close();
    client.close();
    server.close();
  }

  private int status(int node, String path) throws Exception {
    return client.get(nodes.port(node), path).statusCode();
  }

  private void pass(int node, String path, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      assertThat(status(node, path)).isEqualTo(200);
    }
  }

  /**
   * How long it takes from the answer that trips one node, which has most of the requests, until
   * both others refuse. These had so many requests that went well that what they are asked
   * meanwhile does not trip them by itself.
   */
  private Duration spreading(String path) throws Exception {
    server.unreachableThrough = List.of();
    pass(0, path, 100);
    pass(1, path, 30);
    pass(2, path, 30);
    server.unreachableThrough = List.of(nodes.port(0), nodes.port(1), nodes.port(2));
    long tripped = System.nanoTime();
    while (status(0, path) == 502) {
      tripped = System.nanoTime();
    }
    for (int node = 1; node < NODES; node++) {
      while (status(node, path) != 503) {
        Thread.onSpinWait();
      }
    }
    return Duration.ofNanos(System.nanoTime() - tripped);
  }

  @Test
  void whatTripsOnOneNodeIsRefusedOnAllWithinAHundredMilliseconds() throws Exception {
    var times = new ArrayList<Duration>();
    for (int round = 0; round < ROUNDS; round++) {
      times.add(spreading("/round" + round));
    }
    System.out.println("refused on all nodes after " + times);
    // Somebody else may need the processors now and then.
    assertThat(times.stream().sorted().toList().get(ROUNDS / 2)).isLessThan(Duration.ofMillis(100));
    for (int node = 1; node < NODES; node++) {
      assertThat(nodes.log(node)).contains("is OPEN, as in the whole fleet");
    }
  }

  @Test
  void aNodeThatAloneDoesNotReachTheServerRefusesAloneAndSaysSo() throws Exception {
    server.unreachableThrough = List.of(nodes.port(2));
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      assertThat(status(0, "/lone")).isEqualTo(200);
      assertThat(status(1, "/lone")).isEqualTo(200);
      refused += status(2, "/lone") == 503 ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(290);
    assertThat(nodes.log(2)).contains("suspects itself");
    assertThat(nodes.log(0) + nodes.log(1)).doesNotContain("is OPEN").doesNotContain("suspects");
  }

  @Test
  void oneRequestAtATimeProbesForAllNodesUntilOneGoesWell() throws Exception {
    server.failuresLeft.set(Integer.MAX_VALUE);
    assertThat(status(0, "/probed")).isEqualTo(500);
    for (int node = 0; node < NODES; node++) {
      int asked = node;
      await(() -> status(asked, "/probed") == 503);
    }
    server.failuresLeft.set(0);
    server.most.set(0);
    server.slow.set(true);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4 * NODES; i++) {
        int node = i % NODES;
        threads.submit(
            () -> {
              while (server.slow.get()) {
                status(node, "/probed");
              }
              return null;
            });
      }
    }
    assertThat(server.most).hasValue(1);
    assertThat(server.probes).hasValue(3);
    for (int node = 0; node < NODES; node++) {
      int asked = node;
      await(() -> status(asked, "/probed") == 200);
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
