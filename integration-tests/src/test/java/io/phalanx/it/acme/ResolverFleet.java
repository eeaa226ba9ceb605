package io.phalanx.it.acme;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.CuttingRelay;
import io.phalanx.it.harness.Eventually;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Origin;
import io.phalanx.it.harness.Ports;
import io.phalanx.node.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A fleet of three nodes with certificate resolvers, at 127.0.0.1, .2 and .3, that can be killed
 * and cut off from each other; the gate between them and their authority, and what they serve.
 */
final class ResolverFleet implements AutoCloseable {
  static final int NODES = 3;
  static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern TERM =
      Pattern.compile("certificate resolver (\\w+): run by this member \\(lease epoch (\\d+)\\)");

  private final Path directory;
  private final Origin origin;
  private final Pebble authority;
  private final Gate gate;
  private final CuttingRelay relay;
  private final List<ResolverNode> layout = new ArrayList<>();
  private final List<ResolverNode> founding = new ArrayList<>();
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final Routes routes;

  /** Whether the disk of each node is a small file system of its own. */
  private final boolean inLittleRooms;

  private ResolverFleet(Path directory, Pebble.Making making, boolean inLittleRooms)
      throws Exception {
    this.inLittleRooms = inLittleRooms;
    List<Integer> ports = Ports.free(2);
    this.directory = Files.createDirectories(directory);
    this.origin = Origin.start("origin");
    this.routes = new Routes(directory.resolve("routes.yml"), origin);
    this.authority = new Pebble(directory.resolve("pebble"), ports.get(0), ports.get(1), making);
    this.gate = new Gate(authority);
    this.relay = CuttingRelay.between(NODES);
    for (int node = 0; node < NODES; node++) {
      layout.add(layout(node, ports, false));
      founding.add(layout(node, ports, true));
    }
  }

  private ResolverNode layout(int node, List<Integer> ports, boolean founds) {
    return new ResolverNode(
        directory.resolve("node-" + node),
        "127.0.0." + (node + 1),
        ports.get(0),
        ports.get(1),
        fleetArguments(node, founds),
        List.of(CuttingRelay.CALL_FROM_OWN_ADDRESS));
  }

  private List<String> fleetArguments(int node, boolean founds) {
    String others =
        IntStream.range(0, NODES)
            .filter(other -> other != node)
            .mapToObj(relay::address)
            .collect(Collectors.joining(","));
    return List.of(
        "--fleet.bind=" + relay.listens(node),
        "--fleet.advertise=" + relay.address(node),
        founds ? "--fleet.bootstrap=true" : "--fleet.join=" + others,
        "--fleet.keyFile=" + directory.resolve("fleet.key"));
  }

  /**
   * @param directory for this fleet alone
   */
  static ResolverFleet start(Path directory, Pebble.Making making) throws Exception {
    return start(new ResolverFleet(directory, making, false));
  }

  /** One whose disks can be filled, and are gone with their processes. */
  static ResolverFleet startInLittleRooms(Path directory, Pebble.Making making) throws Exception {
    return start(new ResolverFleet(directory, making, true));
  }

  private static ResolverFleet start(ResolverFleet fleet) throws Exception {
    try {
      fleet.authority.start();
      FleetKey.generate().write(fleet.directory.resolve("fleet.key"));
      for (int node = 0; node < NODES; node++) {
        fleet.nodes.add(fleet.process(node, node == 0));
        fleet.awaitUp(node);
      }
      return fleet;
    } catch (Exception | Error e) {
      fleet.close();
      throw e;
    }
  }

  /** The first to start founds the fleet, or forms again what there was. */
  private NodeProcess process(int node, boolean founds) throws IOException {
    ResolverNode wanted = (founds ? founding : layout).get(node);
    return inLittleRooms
        ? wanted.startBy(LittleRoom.command(wanted.data()), gate, routes.file())
        : wanted.start(gate, routes.file());
  }

  Pebble authority() {
    return authority;
  }

  Gate gate() {
    return gate;
  }

  CuttingRelay relay() {
    return relay;
  }

  ResolverNode layout(int node) {
    return layout.get(node);
  }

  NodeProcess node(int node) {
    return nodes.get(node);
  }

  /** The data directory, as the node sees it. */
  Path data(int node) {
    Path data = layout.get(node).data();
    return inLittleRooms ? LittleRoom.seenBy(nodes.get(node), data) : data;
  }

  /** What the members know of each other, as the command has it. */
  String status(int node) throws IOException {
    return AdminClient.ask(data(node), "fleet status");
  }

  /**
   * Routes some more names, whose certificates a resolver is to get.
   *
   * @param names before {@code .test}
   */
  void want(String resolver, List<String> names) throws IOException {
    routes.want(resolver, names);
  }

  String logs() {
    var all = new StringBuilder(authority.log());
    nodes.forEach(node -> all.append("\n--- ").append(node.log()));
    return all.toString();
  }

  List<Integer> running() {
    return IntStream.range(0, nodes.size())
        .filter(node -> nodes.get(node).isAlive())
        .boxed()
        .toList();
  }

  private void awaitUp(int node) throws Exception {
    awaitOrTell("node " + node + " serves", () -> layout.get(node).site("always.test").isShown());
  }

  private void awaitOrTell(String what, Callable<Boolean> condition) throws Exception {
    try {
      Eventually.holds(what, LIMIT, condition);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + '\n' + logs(), e);
    }
  }

  /** Waits until all members see all. */
  void awaitTogether() throws Exception {
    for (int node = 0; node < NODES; node++) {
      int one = node;
      awaitOrTell(
          "node " + one + " sees all",
          () -> status(one).contains("members: %1$d of %1$d here".formatted(NODES)));
    }
  }

  /** How long it took from the first running node that showed a name's certificate to the last. */
  Duration awaitEverywhere(String name) throws InterruptedException {
    return awaitAt(name, running());
  }

  Duration awaitAt(String name, List<Integer> where) throws InterruptedException {
    return Issuing.await(
        where.stream().map(node -> layout.get(node).site(name + ".test")).toList(),
        LIMIT,
        this::logs);
  }

  /** Who runs a resolver: the one that said so last, by the lease's epoch. */
  int holder(String resolver) throws Exception {
    awaitOrTell(
        "a holder of " + resolver,
        () -> running().stream().anyMatch(node -> epoch(node, resolver) > 0));
    return running().stream()
        .max((one, other) -> Long.compare(epoch(one, resolver), epoch(other, resolver)))
        .orElseThrow();
  }

  /** The latest epoch in which a member ran a resolver. */
  long epoch(int node, String resolver) {
    return TERM.matcher(nodes.get(node).log())
        .results()
        .filter(term -> term.group(1).equals(resolver))
        .mapToLong(term -> Long.parseLong(term.group(2)))
        .max()
        .orElse(0);
  }

  /** SIGKILL. */
  void kill(int node) throws IOException, InterruptedException {
    nodes.get(node).kill();
    relay.gone(node);
  }

  /** Waits until it serves. */
  void restart(int node) throws Exception {
    relay.back(node);
    nodes.set(node, process(node, false));
    awaitUp(node);
  }

  /** All end, by SIGTERM, before one starts again. */
  void restartAll() throws Exception {
    nodes.forEach(NodeProcess::terminate);
    for (int node = 0; node < NODES; node++) {
      nodes.get(node).exitCode();
      relay.gone(node);
    }
    for (int node = 0; node < NODES; node++) {
      relay.back(node);
      nodes.set(node, process(node, node == 0));
    }
    for (int node = 0; node < NODES; node++) {
      awaitUp(node);
    }
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(NodeProcess::close);
    gate.close();
    authority.close();
    relay.close();
    origin.close();
  }
}
