package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quotas of a fleet of three processes that lose power together. */
class QuotaIT {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(30);

  /** More than the test takes. */
  private static final Duration REST_OF_WINDOW = Duration.ofMinutes(30);

  /** What members may have had in advance, a twentieth of 600, counts as used. */
  private static final int IN_ADVANCE = 30;

  /** Requests on their way when power is lost; each that had its token counts as used. */
  private static final int ON_THEIR_WAY = 400;

  @TempDir private Path directory;

  private final Client client = new Client();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private Origin origin;
  private Origin busy;
  private FleetLayout fleet;
  private List<Integer> ports;

  @BeforeEach
  void startThreeNodes() throws Exception {
    origin = Origin.start("here");
    busy = Origin.start("busy");
    fleet = new FleetLayout(directory, 3);
    ports = fleet.ports();
    FleetKey.generate().write(directory.resolve("fleet.key"));
    Files.writeString(
        directory.resolve("routes.yml"),
        """
        http:
          routers:
            ready: {rule: "Path(`/ready`)", service: app}
            fixed: {rule: "Path(`/fixed`)", service: app, middlewares: [fixed]}
            sliding: {rule: "Path(`/sliding`)", service: app, middlewares: [sliding]}
            busy: {rule: "Path(`/busy`)", service: busy, middlewares: [many, fixed-too]}
          middlewares:
            fixed: {quota: {amount: 19, period: %s}}
            sliding: {quota: {amount: 19, period: 24h, kind: sliding}}
            many: {quota: {amount: 600, period: week, kind: sliding, budget: many}}
            fixed-too: {quota: {amount: 100000, period: month}}
          services:
            app: {loadBalancer: {servers: [{url: "%s"}]}}
            busy: {loadBalancer: {servers: [{url: "%s"}]}}
        """
            .formatted(period(Instant.now()), origin.url(), busy.url()));
    for (int i = 0; i < 3; i++) {
      nodes.add(start(i, i == 0));
      client.await(ports.get(i), "/ready", "here", START_LIMIT);
    }
  }

  /** Of windows that do not turn while this runs. */
  private static String period(Instant now) {
    return Stream.of(24, 25, 26, 27)
            .filter(
                hours -> {
                  long seconds = Duration.ofHours(hours).toSeconds();
                  return seconds - now.getEpochSecond() % seconds > REST_OF_WINDOW.toSeconds();
                })
            .findFirst()
            .orElseThrow()
        + "h";
  }

  private NodeProcess start(int node, boolean founds) throws Exception {
    return fleet.start(
        node,
        founds,
        directory.resolve("fleet.key"),
        List.of("--providers.file.filename=" + directory.resolve("routes.yml")));
  }

  @AfterEach
  void endAll() {
    nodes.forEach(NodeProcess::close);
    client.close();
    origin.close();
    busy.close();
  }

  private int status(int node, String path) throws IOException, InterruptedException {
    return client.get(ports.get(node), path).statusCode();
  }

  /** How many of so many pass, each through another node. */
  private int passing(int count, String path) throws Exception {
    int passed = 0;
    for (int i = 0; i < count; i++) {
      int status = status(i % 3, path);
      assertThat(status).isIn(200, 429);
      passed += status == 200 ? 1 : 0;
    }
    return passed;
  }

  @Test
  void aFleetThatLostPowerGoesOnCounting() throws Exception {
    assertThat(passing(60, "/fixed")).isEqualTo(19);
    assertThat(passing(10, "/sliding")).isEqualTo(10);
    HttpResponse<String> told = client.get(ports.getFirst(), "/busy");
    assertThat(told.headers().allValues("RateLimit-Policy"))
        .containsExactly("\"fixed-too@file\";q=100000, \"many\";q=600;w=604800");

    loseAllWhileBusy();
    long before = busy.requests();
    assertThat(before).isLessThan(600);

    nodes.add(start(0, false));
    client.await(ports.getFirst(), "/ready", "here", START_LIMIT);
    for (int i = 0; i < 30; i++) {
      assertThat(status(0, "/fixed")).isEqualTo(429);
    }
    nodes.add(start(1, false));
    nodes.add(start(2, false));
    for (int i = 0; i < 3; i++) {
      client.await(ports.get(i), "/ready", "here", START_LIMIT);
    }
    awaitAllHere();

    assertThat(passing(30, "/fixed")).isZero();
    assertThat(passing(30, "/sliding")).isEqualTo(9);
    int silent = 0;
    for (int i = 0; i < 2000 && silent < 200; i++) {
      silent = status(i % 3, "/busy") == 200 ? 0 : silent + 1;
    }
    assertThat(busy.requests())
        .as("%s of them before the loss of power", before)
        .isBetween(600L - IN_ADVANCE - (ON_THEIR_WAY - before), 600L);
  }

  private void loseAllWhileBusy() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked = new ExecutorCompletionService<Integer>(threads);
      for (int i = 0; i < ON_THEIR_WAY; i++) {
        int node = i % 3;
        asked.submit(() -> status(node, "/busy"));
      }
      asked.take().get();
      List<Future<?>> killed = new ArrayList<>();
      for (NodeProcess node : nodes) {
        killed.add(
            threads.submit(
                () -> {
                  node.kill();
                  return null;
                }));
      }
      for (Future<?> one : killed) {
        one.get();
      }
    }
    nodes.clear();
  }

  private void awaitAllHere() throws Exception {
    Eventually.becomes(
        SOON,
        () -> fleet.ask(0, "fleet members"),
        members -> members.lines().filter(line -> line.contains("here")).count() == 3);
  }
}
