package io.phalanx.it.fleet;

import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.node.admin.AdminClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The ports and the disks of the nodes of one fleet, and how its nodes are started there. */
final class FleetLayout {
  private final Path directory;
  private final List<Integer> ports;
  private final List<Integer> memberPorts;

  FleetLayout(Path directory, int size) throws IOException {
    List<Integer> all = Ports.free(2 * size);
    this.directory = directory;
    this.ports = List.copyOf(all.subList(0, size));
    this.memberPorts = List.copyOf(all.subList(size, all.size()));
  }

  /** Of the entry point {@code web}, node by node. */
  List<Integer> ports() {
    return ports;
  }

  int port(int node) {
    return ports.get(node);
  }

  /** What operators call it. */
  String name(int node) {
    return "127.0.0.1:" + memberPorts.get(node);
  }

  Path data(int node) {
    return directory.resolve("node-" + node).resolve("data");
  }

  String ask(int node, String command) throws IOException {
    return AdminClient.ask(data(node), command);
  }

  /**
   * @param founds whether it may start the fleet; else it joins all others
   * @param further arguments
   */
  NodeProcess start(int node, boolean founds, Path keyFile, List<String> further)
      throws IOException {
    var arguments = new ArrayList<>(further);
    arguments.add("--fleet.bind=" + name(node));
    arguments.add("--fleet.keyFile=" + keyFile);
    arguments.add(founds ? "--fleet.bootstrap=true" : "--fleet.join=" + others(node));
    arguments.add("--entryPoints.web.address=127.0.0.1:" + port(node));
    return NodeProcess.start(directory.resolve("node-" + node), arguments);
  }

  private String others(int node) {
    return IntStream.range(0, ports.size())
        .filter(other -> other != node)
        .mapToObj(this::name)
        .collect(Collectors.joining(","));
  }
}
