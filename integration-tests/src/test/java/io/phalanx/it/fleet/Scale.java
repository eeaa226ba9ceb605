package io.phalanx.it.fleet;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What a fleet of some size costs and how long it takes, in figures: to form, to change 1,000
 * routers everywhere, to lose two members and to have them back. Started by {@code
 * integration-tests/scale}.
 */
public final class Scale {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int ROUTERS = 1000;
  private static final int CHANGES = 10;
  private static final int IDLE_SECONDS = 20;
  private static final int CLOCK_TICKS = 100;

  private final int size;
  private final Path directory;
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<Integer> ports;
  private final List<Integer> memberPorts;
  private final Client client = new Client();

  private Scale(int size, Path directory) throws IOException {
    this.size = size;
    this.directory = directory;
    List<Integer> all = Ports.free(2 * size);
    this.ports = all.subList(0, size);
    this.memberPorts = all.subList(size, all.size());
  }

  /**
   * @param sizes of fleets, each measured after the other
   */
  public static void main(String[] sizes) throws Exception {
    for (String size : sizes) {
      Path directory = Files.createTempDirectory("scale");
      var scale = new Scale(Integer.parseInt(size), directory);
      try (Origin origin = Origin.start("one")) {
        scale.measure(origin);
      } finally {
        scale.nodes.forEach(NodeProcess::close);
        scale.client.close();
      }
    }
  }

  private void measure(Origin origin) throws Exception {
    FleetKey.generate().write(directory.resolve("fleet.key"));
    route(origin, 0);
    long start = System.nanoTime();
    for (int i = 0; i < size; i++) {
      nodes.add(node(i, i == 0));
      client.await(ports.get(i), "/change-0", "one", LIMIT);
    }
    say("%d members, formed one after the other in %.1f s".formatted(size, seconds(start)));

    var changes = new ArrayList<Double>();
    for (int change = 1; change <= CHANGES; change++) {
      changes.add(1000 * changed(origin, change, ports));
    }
    Collections.sort(changes);
    say(
        "  %d routers changed on all: %.0f ms (%.0f to %.0f) from the file's change, in %d changes"
            .formatted(
                ROUTERS, changes.get(CHANGES / 2), changes.getFirst(), changes.getLast(), CHANGES));

    idle();
    if (size > 3) {
      loseTwo(origin);
    }
  }

  private void idle() throws Exception {
    TimeUnit.SECONDS.sleep(5);
    long ticks = ticks();
    long packets = packets();
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    double perMember = (double) IDLE_SECONDS * size;
    say(
        "  idle, each member: %.1f %% of a core, %.0f packets/s, %d MiB resident"
            .formatted(
                100.0 * (ticks() - ticks) / CLOCK_TICKS / perMember,
                (packets() - packets) / perMember,
                resident() / size / 1024));
  }

  private void loseTwo(Origin origin) throws Exception {
    for (int lost = size - 2; lost < size; lost++) {
      nodes.get(lost).kill();
    }
    double first = changed(origin, CHANGES + 1, ports.subList(0, size - 2));
    say("  two members killed, the next change is on the others after %.1f s".formatted(first));
    long start = System.nanoTime();
    for (int back = size - 2; back < size; back++) {
      nodes.set(back, node(back, false));
    }
    for (int back = size - 2; back < size; back++) {
      client.await(ports.get(back), "/change-" + (CHANGES + 1), "one", LIMIT);
    }
    say("  both back and up to date after %.1f s".formatted(seconds(start)));
  }

  /** Seconds until all of these serve the change. */
  private double changed(Origin origin, int change, List<Integer> where) throws Exception {
    long start = System.nanoTime();
    route(origin, change);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Duration>> waits = new ArrayList<>();
      for (int port : where) {
        waits.add(() -> client.await(port, "/change-" + change, "one", LIMIT));
      }
      for (var wait : threads.invokeAll(waits)) {
        wait.get();
      }
    }
    return seconds(start);
  }

  private NodeProcess node(int node, boolean bootstrap) throws IOException {
    var arguments = new ArrayList<String>();
    arguments.add("--fleet.bind=127.0.0.1:" + memberPorts.get(node));
    arguments.add("--fleet.keyFile=" + directory.resolve("fleet.key"));
    if (bootstrap) {
      arguments.add("--fleet.bootstrap=true");
    } else {
      arguments.add(
          "--fleet.join=127.0.0.1:" + memberPorts.get(0) + ",127.0.0.1:" + memberPorts.get(1));
    }
    arguments.add("--entryPoints.web.address=127.0.0.1:" + ports.get(node));
    arguments.add("--providers.file.filename=" + directory.resolve("routes.yml"));
    arguments.add("--providers.providersThrottleDuration=0s");
    return NodeProcess.startWith(List.of(), directory.resolve("node-" + node), arguments);
  }

  private void route(Origin origin, int change) throws IOException {
    var text = new StringBuilder("http:\n  routers:\n");
    for (int i = 0; i < ROUTERS; i++) {
      text.append(
          "    r%d: {rule: \"Host(`h%d.test`) && PathPrefix(`/%d`)\", service: s}%n"
              .formatted(i, i, change));
    }
    text.append("    now: {rule: \"Path(`/change-%d`)\", service: s}%n".formatted(change));
    text.append(
        "  services: {s: {loadBalancer: {servers: [{url: \"%s\"}]}}}%n".formatted(origin.url()));
    TextFile.replace(directory.resolve("routes.yml"), text.toString());
  }

  private long ticks() throws IOException {
    long sum = 0;
    for (NodeProcess node : nodes) {
      String stat = Files.readString(Path.of("/proc", Long.toString(node.pid()), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      sum += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }
    return sum;
  }

  private long resident() throws IOException {
    long sum = 0;
    for (NodeProcess node : nodes) {
      sum +=
          Files.readAllLines(Path.of("/proc", Long.toString(node.pid()), "status")).stream()
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
              .sum();
    }
    return sum;
  }

  /** Of the whole loopback interface. */
  private static long packets() throws IOException {
    return Files.readAllLines(Path.of("/proc/net/dev")).stream()
        .map(String::strip)
        .filter(line -> line.startsWith("lo:"))
        .mapToLong(line -> Long.parseLong(line.split("\\s+")[2]))
        .sum();
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
