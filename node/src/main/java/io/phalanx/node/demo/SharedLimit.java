package io.phalanx.node.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Sends requests to all nodes in turn and tells how many the fleet's one limit let pass. */
final class SharedLimit {
  private static final int REQUESTS = 30;

  private final int portBase;
  private final int nodes;
  private final PrintStream out;

  SharedLimit(int portBase, int nodes, PrintStream out) {
    this.portBase = portBase;
    this.nodes = nodes;
    this.out = out;
  }

  void show() throws IOException, InterruptedException {
    int[] admitted = new int[nodes];
    int refused = 0;
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (int i = 0; i < REQUESTS; i++) {
        int node = i % nodes;
        var request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (portBase + node) + "/shown"))
                .timeout(Duration.ofSeconds(5))
                .build();
        switch (client.send(request, BodyHandlers.discarding()).statusCode()) {
          case 200 -> admitted[node]++;
          case 429 -> refused++;
          default -> throw new IOException("node " + (node + 1) + " gave neither 200 nor 429");
        }
      }
    }
    int sum = 0;
    var perNode = new StringBuilder();
    for (int count : admitted) {
      perNode.append(sum == 0 && perNode.isEmpty() ? "" : " + ").append(count);
      sum += count;
    }
    out.printf(
        "%nShown just now on a limit of its own: %d requests over three nodes, %s = %d admitted, %d"
            + " refused.%n",
        REQUESTS, perNode, sum, refused);
  }
}
