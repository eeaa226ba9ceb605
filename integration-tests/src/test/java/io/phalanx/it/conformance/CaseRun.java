package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.cluster.key.FleetKey;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** One case: its files, its servers, its proxy or fleet of them, its steps. */
final class CaseRun {
  private static final int FLEET = 3;
  private static final long START_LIMIT_MILLIS = 20_000;
  private static final long FLEET_START_LIMIT_MILLIS = 60_000;
  private static final long POLL_MILLIS = 15;

  /**
   * What one node measures is known to the others within 100 ms; how long it takes is measured
   * elsewhere, so this is more.
   */
  private static final long BREAKER_NEWS_MILLIS = 250;

  /** For cases without a probe: long enough for a JVM on a busy machine. */
  private static final double SETTLE_SECONDS = 4;

  private static final String STATIC =
      """
      global: {checkNewVersion: false, sendAnonymousUsage: false}
      log: {level: ERROR}
      entryPoints: {web: {address: "127.0.0.1:{{web}}"}}
      providers:
        providersThrottleDuration: 100ms
        file: {directory: "{{dir}}/dynamic", watch: true}
      """;

  private static final String READY =
      """
      http:
        routers:
          zz-ready: {rule: "Host(`ready.invalid`)", service: zz-ready, entryPoints: [%s]}
        services:
          zz-ready: {loadBalancer: {servers: [{url: "http://127.0.0.1:{{closed}}"}]}}
      """;

  private final Spec test;
  private final Path directory;
  private final Path cache;
  private final List<Placeholders> nodes;
  private final Placeholders placeholders;
  private final AtomicInteger turn;
  private int judged;

  private CaseRun(Spec test, Path directory, Path cache, int size, int first) throws IOException {
    this.test = test;
    this.directory = Files.createDirectories(directory);
    this.cache = cache;
    this.nodes = Placeholders.of(size, directory, test.pairs("mask"));
    this.placeholders = nodes.getFirst();
    this.turn = new AtomicInteger(first);
  }

  /** A case in front of one node. */
  CaseRun(Spec test, Path directory, Path cache) throws IOException {
    this(test, directory, cache, 1, 0);
  }

  /**
   * A case in front of three nodes that are one fleet. They get its requests in turn, so that no
   * two that follow each other go to the same. Where there is a circuit breaker they come one by
   * one with a pause, in which the others learn what one of them found.
   *
   * @param first the node, from 0, that gets the first request
   */
  static CaseRun throughFleet(Spec test, Path directory, Path cache, int first) throws IOException {
    return new CaseRun(test, directory, cache, FLEET, first);
  }

  /**
   * How the first step that differs does so; empty if everything is as wanted. Fails only if the
   * case cannot be run at all, which says nothing about the proxy.
   */
  List<String> differences() throws Exception {
    writeFiles();
    var servers = new LinkedHashMap<String, Upstream>();
    try (var datagrams =
        new DatagramSocket(placeholders.port("udpup"), InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> echo(datagrams));
      startServers(servers);
      return run(servers);
    } finally {
      for (Upstream server : servers.values()) {
        server.close();
      }
    }
  }

  private List<String> run(Map<String, Upstream> servers) throws Exception {
    var proxies = new ArrayList<ProxyProcess>();
    try {
      for (Placeholders node : nodes) {
        proxies.add(startProxy(node));
      }
      return run(proxies, servers);
    } finally {
      proxies.forEach(ProxyProcess::close);
    }
  }

  private List<String> run(List<ProxyProcess> proxies, Map<String, Upstream> servers)
      throws Exception {
    boolean up = awaitReady(proxies);
    List<String> differences = judge(Map.of("started", up));
    var steps = new Steps(test, this::next, servers);
    for (Spec step : up ? test.specs("steps") : List.<Spec>of()) {
      if (!differences.isEmpty()) {
        return differences;
      }
      differences = judge(steps.result(step));
    }
    if (up && differences.isEmpty() && test.has("after_stop")) {
      for (ProxyProcess proxy : proxies) {
        proxy.stop();
      }
      differences = judge(steps.result(test.spec("after_stop")));
    }
    return differences.isEmpty() && judged < test.list("want").size()
        ? List.of("[" + judged + "]: wanted, but there is no such step")
        : differences;
  }

  /** The node that gets the next request, after it had time to hear of what came of the last. */
  private Placeholders next() {
    if (nodes.size() > 1 && test.text("dynamic", "").contains("circuitBreaker:")) {
      try {
        TimeUnit.MILLISECONDS.sleep(BREAKER_NEWS_MILLIS);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    return nodes.get(Math.floorMod(turn.getAndIncrement(), nodes.size()));
  }

  /** The entries of {@code want} are for the start and for each step, in this order. */
  private List<String> judge(Object got) {
    int place = judged++;
    List<Object> want = test.list("want");
    Object wanted = place < want.size() ? want.get(place) : Comparison.ABSENT;
    return Comparison.differences("[" + place + "]", wanted, got);
  }

  private void writeFiles() throws Exception {
    Files.createDirectories(directory.resolve("dynamic"));
    String settings =
        test.has("static_text") ? test.text("static_text", "") : Yaml.write(settings());
    for (Placeholders node : nodes) {
      Files.createDirectories(own(node));
      Files.writeString(own(node).resolve("static.yml"), node.fill(settings));
    }
    if (nodes.size() > 1) {
      FleetKey.generate().write(directory.resolve("fleet.key"));
    }
    Spec files = test.spec("files");
    for (String name : files.entries().keySet()) {
      write(name, files.text(name, ""));
    }
    var certificates = new Certificates(directory);
    for (Spec wanted : test.specs("certs")) {
      certificates.make(wanted);
    }
    if (!test.text("dynamic", "").isEmpty()) {
      write("dynamic/case." + test.text("format", "yml"), test.text("dynamic", ""));
    }
    if (!entryToProbe().equals("none")) {
      write("dynamic/zz-ready.yml", READY.formatted(entryToProbe()));
    }
  }

  /** What is a node's own; that of one without a fleet is the case's. */
  private Path own(Placeholders node) {
    return nodes.size() == 1 ? directory : directory.resolve("node-" + nodes.indexOf(node));
  }

  private void write(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent() == null ? directory : file.getParent());
    Files.writeString(file, placeholders.fill(text));
  }

  private Object settings() {
    Object settings = Spec.merged(Yaml.read(STATIC), test.value("static").orElse(Map.of()));
    for (String path : test.texts("static_without")) {
      settings = without(Spec.of(settings), List.of(path.split("\\.")));
    }
    return settings;
  }

  private static Map<String, Object> without(Spec tree, List<String> path) {
    var rest = new LinkedHashMap<>(tree.entries());
    if (path.size() == 1) {
      rest.remove(path.getFirst());
    } else {
      rest.computeIfPresent(
          path.getFirst(), (_, below) -> without(Spec.of(below), path.subList(1, path.size())));
    }
    return rest;
  }

  private String entryToProbe() {
    return test.text("ready", "web");
  }

  private void startServers(Map<String, Upstream> servers) throws Exception {
    Spec tls = test.spec("upstream_tls");
    ServerSocketFactory secure =
        tls.entries().isEmpty() ? ServerSocketFactory.getDefault() : Tls.servers(tls, placeholders);
    List<String> withTls = tls.has("servers") ? tls.texts("servers") : Placeholders.SERVERS;
    for (String name : Placeholders.SERVERS) {
      List<Spec> script =
          test.spec("upstreams").specs(name).stream().map(placeholders::fill).toList();
      servers.put(
          name,
          Upstream.start(
              name,
              script,
              placeholders.port(name),
              withTls.contains(name) ? secure : ServerSocketFactory.getDefault()));
    }
  }

  private static void echo(DatagramSocket socket) {
    byte[] prefix = "udp:".getBytes(UTF_8);
    while (!socket.isClosed()) {
      try {
        byte[] buffer = new byte[65536];
        var packet = new DatagramPacket(buffer, prefix.length, buffer.length - prefix.length);
        socket.receive(packet);
        System.arraycopy(prefix, 0, buffer, 0, prefix.length);
        packet.setData(buffer, 0, prefix.length + packet.getLength());
        socket.send(packet);
      } catch (IOException _) {
        // Closed, or the other side is gone.
      }
    }
  }

  private ProxyProcess startProxy(Placeholders node) throws IOException {
    var arguments = new ArrayList<String>();
    if (!test.flag("no_config_file")) {
      arguments.add("--configFile=" + own(node).resolve("static.yml"));
    }
    test.texts("args").forEach(argument -> arguments.add(node.fill(argument)));
    if (nodes.size() > 1) {
      arguments.addAll(membership(node));
    }
    var environment = new LinkedHashMap<String, String>();
    Spec given = test.spec("env");
    given
        .entries()
        .keySet()
        .forEach(name -> environment.put(name, node.fill(given.text(name, ""))));
    return ProxyProcess.start(own(node), arguments, environment, cache);
  }

  private List<String> membership(Placeholders node) {
    return List.of(
        node.fill("--fleet.bind=127.0.0.1:{{member}}"),
        node.equals(nodes.getFirst())
            ? "--fleet.bootstrap=true"
            : nodes.getFirst().fill("--fleet.join=127.0.0.1:{{member}}"),
        "--fleet.keyFile=" + directory.resolve("fleet.key"));
  }

  private boolean awaitReady(List<ProxyProcess> proxies) throws InterruptedException {
    boolean probed = !entryToProbe().equals("none");
    long limit =
        !probed
            ? test.millis("settle", SETTLE_SECONDS)
            : nodes.size() == 1 ? START_LIMIT_MILLIS : FLEET_START_LIMIT_MILLIS;
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit);
    var probe =
        new Spec(
            Map.of(
                "entry",
                entryToProbe(),
                "host",
                "ready.invalid",
                "headers",
                List.of(List.of("Connection", "close"))));
    var waiting = new ArrayDeque<>(nodes);
    while (System.nanoTime() < end && proxies.stream().allMatch(ProxyProcess::isAlive)) {
      if (probed && isReady(new Client(waiting.getFirst()).send(probe))) {
        waiting.removeFirst();
        if (waiting.isEmpty()) {
          return true;
        }
        continue;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return proxies.stream().allMatch(ProxyProcess::isAlive) && (!probed || nodes.size() == 1);
  }

  private static boolean isReady(Map<String, Object> answer) {
    int status = new Spec(answer).number("status", 0);
    return status >= 502 && status <= 504;
  }
}
