package io.phalanx.node.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Three nodes as processes of their own on loopback, with two servers behind them; ends with
 * everything it started.
 */
public final class Demo {
  private static final int NODES = 3;

  /** Member ports are this far above the entry points' ports. */
  private static final int MEMBER_PORT_OFFSET = 100;

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final int portBase;
  private final PrintStream out;

  /**
   * @param portBase port of the first node's entry point; the other nodes have the next ones
   */
  public Demo(int portBase, PrintStream out) {
    this.portBase = portBase;
    this.out = out;
  }

  /**
   * Runs until the process is told to end. What was started is ended when this returns, throws or
   * the JVM shuts down.
   *
   * @return the exit code
   */
  public int run() throws IOException, InterruptedException {
    List<Integer> taken = takenPorts();
    if (!taken.isEmpty()) {
      out.printf(
          "Port%s %s taken. Choose others with --port-base, for example: phalanx demo --port-base"
              + " %d%n",
          taken.size() == 1 ? " " + taken.getFirst() + " of 127.0.0.1 is" : "s",
          taken.size() == 1 ? "" : taken + " of 127.0.0.1 are",
          portBase + 1000);
      return 1;
    }
    try (DemoServer one = DemoServer.start("one");
        DemoServer two = DemoServer.start("two");
        DemoFiles files = DemoFiles.create(portBase, one, two)) {
      var nodes = new ArrayList<DemoNode>();
      Thread hook = new Thread(() -> endAll(nodes, files), "demo-end");
      Runtime.getRuntime().addShutdownHook(hook);
      try {
        return startAndShow(files, nodes);
      } finally {
        endNodes(nodes);
      }
    }
  }

  private int startAndShow(DemoFiles files, List<DemoNode> nodes)
      throws IOException, InterruptedException {
    out.println("Starting three nodes ...");
    for (int i = 0; i < NODES; i++) {
      nodes.add(DemoNode.start(i + 1, arguments(files, i), files.log(i + 1)));
    }
    for (int i = 0; i < NODES; i++) {
      if (!nodes.get(i).awaitAnswer(portBase + i, START_LIMIT)) {
        out.printf(
            "Node %d did not start. The end of its log:%n%s%n", i + 1, nodes.get(i).logTail());
        return 1;
      }
    }
    printWhatToTry(files);
    new SharedLimit(portBase, NODES, out).show();
    out.println();
    out.println("Ctrl-C ends the demo and removes what it made.");
    for (DemoNode node : nodes) {
      node.awaitEnd();
    }
    out.println("All nodes have ended.");
    return 1;
  }

  private List<String> arguments(DemoFiles files, int node) {
    var arguments = new ArrayList<String>();
    if (node == 0) {
      arguments.add("--configFile=" + files.firstNode());
      arguments.add("--fleet.bootstrap=true");
    } else {
      arguments.add("--entryPoints.web.address=127.0.0.1:" + (portBase + node));
      arguments.add("--fleet.join=127.0.0.1:" + memberPort(0));
    }
    arguments.add("--fleet.bind=127.0.0.1:" + memberPort(node));
    arguments.add("--fleet.keyFile=" + files.keyFile());
    arguments.add("--dataDir=" + files.dataDirectory(node + 1));
    return arguments;
  }

  private int memberPort(int node) {
    return portBase + MEMBER_PORT_OFFSET + node;
  }

  private void printWhatToTry(DemoFiles files) {
    out.printf("%nThree nodes, one fleet:%n");
    for (int i = 0; i < NODES; i++) {
      out.printf(
          "  node %d  http://127.0.0.1:%d  %s%n",
          i + 1, portBase + i, i == 0 ? "reads the routes" : "was given an address and a key");
    }
    Path routes = files.routes();
    out.printf("%nAny node answers any request, from either server behind them:%n");
    out.printf(
        "  curl http://127.0.0.1:%d/  http://127.0.0.1:%d/  http://127.0.0.1:%d/%n",
        portBase, portBase + 1, portBase + 2);
    out.printf("One change on one node changes all three:%n");
    out.printf("  curl http://127.0.0.1:%d/mine%n", portBase + 2);
    out.printf("  sed -i 's/service: one/service: two/' %s%n", routes);
    out.printf("  curl http://127.0.0.1:%d/mine%n", portBase + 2);
    out.printf("A limit of 10 is 10 over the fleet, not 30:%n");
    out.printf(
        "  for i in $(seq 30); do curl -s -o /dev/null -w '%%{http_code}\\n"
            + "' http://127.0.0.1:$((%d + i %% 3))/limited; done | sort | uniq -c%n",
        portBase);
  }

  private List<Integer> takenPorts() {
    return IntStream.range(0, NODES)
        .flatMap(i -> IntStream.of(portBase + i, memberPort(i)))
        .filter(Demo::isTaken)
        .sorted()
        .boxed()
        .toList();
  }

  private static boolean isTaken(int port) {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return false;
    } catch (IOException _) {
      return true;
    }
  }

  private static void endAll(List<DemoNode> nodes, DemoFiles files) {
    endNodes(nodes);
    files.close();
  }

  private static void endNodes(List<DemoNode> nodes) {
    List.copyOf(nodes).forEach(DemoNode::stop);
    List.copyOf(nodes).forEach(DemoNode::awaitOrKill);
  }
}
