package io.phalanx.it.websocket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Autobahn test suite finds the same of a server behind a node as of the server itself, case by
 * case. The suite is a program for Python 2: where it is not installed it is left out with a line
 * that says so, since a build needs no Python.
 */
class AutobahnIT {
  /** Cases of the sections that are always run. */
  private static final int CASES = 247;

  @TempDir private Path directory;

  @Test
  void findsTheSameThroughANode() throws Exception {
    Optional<Autobahn> suite = Autobahn.find();
    if (suite.isEmpty()) {
      System.err.println(
          "The Autobahn test suite is left out: wstest is neither on the PATH nor in"
              + " ~/.cache/phalanx/autobahn/bin. To have it: . .ci/autobahn.sh; install_autobahn");
      return;
    }
    int port = Ports.free(1).getFirst();
    try (var server = new WebSocketEcho();
        NodeProcess _ = node(port, server.port());
        var client = new Client()) {
      client.await(port, "/ready", "OK", Duration.ofMinutes(2));

      Map<String, Map<String, String>> verdicts =
          verdicts(
              suite.get(),
              Map.of(
                  "straight", "ws://127.0.0.1:" + server.port(),
                  "ws", "ws://127.0.0.1:" + port,
                  "wss", "wss://127.0.0.1:" + port));

      Map<String, String> straight = requireNonNull(verdicts.get("straight"));
      verdicts.forEach((way, found) -> System.out.println("Autobahn, " + way + ": " + sums(found)));
      assertThat(straight).hasSizeGreaterThanOrEqualTo(CASES);
      assertThat(sums(straight).get("OK, OK")).isGreaterThan(CASES * 9 / 10);
      assertThat(verdicts.get("ws")).isEqualTo(straight);
      assertThat(verdicts.get("wss")).isEqualTo(straight);
    }
  }

  /** All ways at one time: much of it is waiting. */
  private Map<String, Map<String, String>> verdicts(Autobahn suite, Map<String, String> ways)
      throws Exception {
    var runs = new LinkedHashMap<String, Autobahn.Run>();
    for (Map.Entry<String, String> way : ways.entrySet()) {
      runs.put(way.getKey(), suite.start(way.getValue(), directory.resolve(way.getKey())));
    }
    try {
      var verdicts = new LinkedHashMap<String, Map<String, String>>();
      for (Map.Entry<String, Autobahn.Run> run : runs.entrySet()) {
        verdicts.put(run.getKey(), run.getValue().verdicts());
      }
      return verdicts;
    } finally {
      runs.values().forEach(run -> run.process().destroyForcibly());
    }
  }

  private static Map<String, Long> sums(Map<String, String> verdicts) {
    return verdicts.values().stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  private NodeProcess node(int port, int server) throws IOException {
    return NodeProcess.inFrontOf(
        "http://127.0.0.1:" + server, port, directory.resolve("node"), NodeProcess.QUICK_START);
  }
}
