package io.phalanx.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.CuttingRelay;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TextFile;
import io.phalanx.node.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A fleet of three nodes as processes that can be killed, frozen and cut off from each other. All
 * may run the file provider, of one file; whoever holds its lease does.
 */
final class RelayedNodes implements AutoCloseable {
  static final int NODES = 3;
  static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Pattern TERM =
      Pattern.compile("provider file: run by this member \\(lease epoch (\\d+)\\)");

  private final Path directory;
  private final Client client;
  private final CuttingRelay relay = CuttingRelay.between(NODES);
  private final List<Integer> ports = Ports.free(NODES);
  private final List<NodeProcess> nodes = new ArrayList<>();

  private RelayedNodes(Path directory, Client client) throws IOException {
    this.directory = directory;
    this.client = client;
  }

  /**
   * @param routes what the file says at first; {@code /} has to be answered with {@code body}
   */
  static RelayedNodes start(Path directory, Client client, String routes, String body)
      throws Exception {
    var fleet = new RelayedNodes(directory, client);
    try {
      FleetKey.generate().write(directory.resolve("fleet.key"));
      fleet.write(routes);
      for (int node = 0; node < NODES; node++) {
        fleet.nodes.add(fleet.process(node, node == 0));
        client.await(fleet.port(node), "/", body, START_LIMIT);
      }
    } catch (Exception | Error e) {
      fleet.close();
      throw e;
    }
    return fleet;
  }

  private NodeProcess process(int node, boolean founds) throws IOException {
    String others =
        IntStream.range(0, NODES)
            .filter(other -> other != node)
            .mapToObj(relay::address)
            .collect(Collectors.joining(","));
    var options = new ArrayList<>(NodeProcess.QUICK_START);
    options.add(CuttingRelay.CALL_FROM_OWN_ADDRESS);
    return NodeProcess.startWith(
        options,
        directory.resolve("node-" + node),
        List.of(
            "--fleet.bind=" + relay.listens(node),
            "--fleet.advertise=" + relay.address(node),
            founds ? "--fleet.bootstrap=true" : "--fleet.join=" + others,
            "--fleet.keyFile=" + directory.resolve("fleet.key"),
            "--entryPoints.web.address=127.0.0.1:" + port(node),
            "--providers.providersThrottleDuration=100ms",
            "--providers.file.filename=" + directory.resolve("routes.yml")));
  }

  /** A new content of the file, all at once. */
  void write(String routes) throws IOException {
    TextFile.replace(directory.resolve("routes.yml"), routes);
  }

  int port(int node) {
    return ports.get(node);
  }

  /** All but one. */
  List<Integer> portsWithout(int node) {
    return IntStream.range(0, NODES).filter(other -> other != node).mapToObj(ports::get).toList();
  }

  NodeProcess node(int node) {
    return nodes.get(node);
  }

  String name(int node) {
    return relay.address(node);
  }

  CuttingRelay relay() {
    return relay;
  }

  Path data(int node) {
    return directory.resolve("node-" + node).resolve("data");
  }

  String ask(int node, String command) throws IOException {
    return AdminClient.ask(data(node), command);
  }

  void kill(int node) throws IOException, InterruptedException {
    nodes.get(node).kill();
    relay.gone(node);
  }

  /** Waits until it serves what {@code /} is answered with by now. */
  void restart(int node, String body) throws IOException, InterruptedException {
    relay.back(node);
    nodes.set(node, process(node, false));
    client.await(port(node), "/", body, START_LIMIT);
  }

  /** Who runs the provider: the one that said so last, by the lease's epoch. */
  int holder() {
    int holder = 0;
    for (int node = 1; node < NODES; node++) {
      holder = epoch(node) > epoch(holder) ? node : holder;
    }
    assertThat(epoch(holder)).isPositive();
    return holder;
  }

  /** The latest epoch in which it ran the provider. */
  long epoch(int node) {
    return TERM.matcher(nodes.get(node).log())
        .results()
        .mapToLong(term -> Long.parseLong(term.group(1)))
        .max()
        .orElse(0);
  }

  @Override
  public void close() throws IOException {
    nodes.forEach(NodeProcess::close);
    relay.close();
  }
}
