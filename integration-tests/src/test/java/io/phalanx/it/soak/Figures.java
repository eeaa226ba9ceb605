package io.phalanx.it.soak;

import io.phalanx.it.harness.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a node holds.
 *
 * @param descriptors files and sockets of the process
 * @param clientConnections that the node counts
 * @param serverConnections that the server counts
 * @param clientBuffers in use, between the node and clients
 * @param serverBuffers in use, between the node and servers
 * @param directBytes of direct buffers, the free ones too
 * @param exchanges objects on the heap, after a collection, that belong to requests or connections
 * @param heapBytes on the heap after a collection
 */
record Figures(
    int descriptors,
    int clientConnections,
    int serverConnections,
    int clientBuffers,
    int serverBuffers,
    long directBytes,
    int threads,
    Map<String, Integer> exchanges,
    long heapBytes) {
  private static final String PER_REQUEST =
      "io\\.phalanx\\.node\\.(entrypoint|forwarding|http2)\\."
          + "(\\w*Exchange|\\w*Stream|\\w*Connection|Http2Client|Call|\\w*BodySource|\\w*BodySink|AnswerSink|"
          + "RequestSender|StreamSender|ResponseRelay|ConnectAttempt|Arrival|TlsHandshake|TlsRecords)";

  static Figures of(long process, int metricsPort, RoughServer server)
      throws IOException, InterruptedException {
    jcmd(process, "GC.run");
    String[] histogram = jcmd(process, "GC.class_histogram").split("\n");
    var exchanges = new TreeMap<String, Integer>();
    long heap = 0;
    for (String line : histogram) {
      String[] words = line.strip().split("\\s+");
      if (words.length >= 4 && words[0].endsWith(":")) {
        if (words[3].matches(PER_REQUEST)) {
          exchanges.put(words[3], Integer.parseInt(words[1]));
        }
        heap += Long.parseLong(words[2]);
      }
    }
    int open;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process), "fd"))) {
      open = (int) descriptors.count();
    }
    try (Client client = new Client()) { // An idle connection holds the last exchange that it had.
      String metrics = client.get(metricsPort, "/metrics").body();
      return new Figures(
          open,
          (int) sum(metrics, "traefik_open_connections{entrypoint=\"web\""),
          server.openConnections(),
          (int) sum(metrics, "phalanx_buffers{side=\"clients\""),
          (int) sum(metrics, "phalanx_buffers{side=\"servers\""),
          sum(metrics, "jvm_buffer_memory_used_bytes{id=\"direct\""),
          (int) sum(metrics, "jvm_threads_live_threads"),
          exchanges,
          heap);
    }
  }

  private static long sum(String metrics, String prefix) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(prefix))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static String jcmd(long process, String command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("jcmd", ".txt");
    try {
      Process ran =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(process),
                  command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      if (!ran.waitFor(60, TimeUnit.SECONDS) || ran.exitValue() != 0) {
        ran.destroyForcibly();
        throw new IOException("jcmd " + command + ": " + Files.readString(out));
      }
      return Files.readString(out);
    } finally {
      Files.delete(out);
    }
  }

  /** Whether nothing of a request or a connection is left. */
  boolean isQuiet() {
    return clientConnections + serverConnections + clientBuffers + serverBuffers == 0
        && exchanges.isEmpty();
  }
}
