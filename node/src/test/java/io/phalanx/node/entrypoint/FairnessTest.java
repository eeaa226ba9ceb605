package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.Exchange;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What clients with much to do cost others on the same I/O thread. */
class FairnessTest {
  private static final int REQUESTS = 200;

  @Test
  void servesOthersBetweenTheRequestsOfOneHttp2Client() throws Exception {
    List<String> order = new CopyOnWriteArrayList<>();
    var begun = new CountDownLatch(1);
    var othersAsked = new CountDownLatch(1);
    try (var rig =
            new Rig(new Rig.Options(), exchange -> note(exchange, order, begun, othersAsked));
        H2 greedy = H2.to(rig);
        Client other = rig.connect()) {
      other.send("GET /warm HTTP/1.1\r\nHost: a.test\r\n\r\n");
      assertThat(other.readTo("GET /warm\n")).startsWith("HTTP/1.1 200 ");
      var all = new ByteArrayOutputStream();
      all.writeBytes(H2.get(1, "/first"));
      for (int i = 1; i < REQUESTS; i++) {
        all.writeBytes(H2.get(2 * i + 1, "/many"));
      }
      greedy.send(all.toByteArray());
      begun.await();

      other.send("GET /other HTTP/1.1\r\nHost: a.test\r\n\r\n");
      othersAsked.countDown();

      assertThat(other.readTo("GET /other\n")).startsWith("HTTP/1.1 200 ");
      assertThat(order.indexOf("/other")).isBetween(1, REQUESTS / 4);
      assertThat(greedy.body(2 * REQUESTS - 1)).isEqualTo("GET /many\n");
      assertThat(order).hasSize(REQUESTS + 2);
    }
  }

  /** Holds the I/O thread with the first of many requests until somebody else has asked. */
  private static void note(
      Exchange exchange, List<String> order, CountDownLatch begun, CountDownLatch othersAsked) {
    String path = exchange.request().path();
    order.add(path);
    if (path.equals("/first")) {
      begun.countDown();
      try {
        othersAsked.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
    Rig.answerWithTheRequestLine(exchange);
  }
}
