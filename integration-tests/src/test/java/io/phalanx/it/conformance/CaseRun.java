package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;

/** One case: its files, its servers, its proxy, its steps. */
final class CaseRun {
  private static final long START_LIMIT_MILLIS = 20_000;
  private static final long POLL_MILLIS = 15;

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
  private final Placeholders placeholders;
  private int judged;

  CaseRun(Spec test, Path directory, Path cache) throws IOException {
    this.test = test;
    this.directory = Files.createDirectories(directory);
    this.cache = cache;
    this.placeholders = new Placeholders(directory, test.pairs("mask"));
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
      try (ProxyProcess proxy = startProxy()) {
        return run(proxy, servers);
      }
    } finally {
      for (Upstream server : servers.values()) {
        server.close();
      }
    }
  }

  private List<String> run(ProxyProcess proxy, Map<String, Upstream> servers) throws Exception {
    boolean up = awaitReady(proxy);
    List<String> differences = judge(Map.of("started", up));
    var steps = new Steps(test, placeholders, servers);
    for (Spec step : up ? test.specs("steps") : List.<Spec>of()) {
      if (!differences.isEmpty()) {
        return differences;
      }
      differences = judge(steps.result(step));
    }
    if (up && differences.isEmpty() && test.has("after_stop")) {
      proxy.stop();
      differences = judge(steps.result(test.spec("after_stop")));
    }
    return differences.isEmpty() && judged < test.list("want").size()
        ? List.of("[" + judged + "]: wanted, but there is no such step")
        : differences;
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
    write(
        "static.yml",
        test.has("static_text") ? test.text("static_text", "") : Yaml.write(settings()));
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

  private ProxyProcess startProxy() throws IOException {
    var arguments = new ArrayList<String>();
    if (!test.flag("no_config_file")) {
      arguments.add("--configFile=" + directory.resolve("static.yml"));
    }
    test.texts("args").forEach(argument -> arguments.add(placeholders.fill(argument)));
    var environment = new LinkedHashMap<String, String>();
    Spec given = test.spec("env");
    given
        .entries()
        .keySet()
        .forEach(name -> environment.put(name, placeholders.fill(given.text(name, ""))));
    return ProxyProcess.start(directory, arguments, environment, cache);
  }

  private boolean awaitReady(ProxyProcess proxy) throws InterruptedException {
    boolean probed = !entryToProbe().equals("none");
    long limit = probed ? START_LIMIT_MILLIS : test.millis("settle", SETTLE_SECONDS);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit);
    var client = new Client(placeholders);
    var probe =
        new Spec(
            Map.of(
                "entry",
                entryToProbe(),
                "host",
                "ready.invalid",
                "headers",
                List.of(List.of("Connection", "close"))));
    while (System.nanoTime() < end && proxy.isAlive()) {
      if (probed && isReady(client.send(probe))) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return proxy.isAlive();
  }

  private static boolean isReady(Map<String, Object> answer) {
    int status = new Spec(answer).number("status", 0);
    return status >= 502 && status <= 504;
  }
}
