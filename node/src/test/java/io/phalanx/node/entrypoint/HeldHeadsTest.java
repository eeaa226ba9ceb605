package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.Rig.Client;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.MemoryBound;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What heads may hold together, exceeded over real sockets by many who each keep to the rules. */
class HeldHeadsTest {
  private static final int LIMIT = 2 << 20;
  private static final int CLIENTS = 40;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String UNFINISHED = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(100_000);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final MemoryBound memory = new MemoryBound(LIMIT, () -> {});

  @AfterEach
  void end() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private Rig rig() throws IOException {
    return rig(Rig::answerWithTheRequestLine);
  }

  private Rig rig(ExchangeHandler handler) throws IOException {
    var options = new Rig.Options();
    options.headMemory = memory;
    var rig = new Rig(options, handler);
    open.addFirst(rig);
    return rig;
  }

  private static void hold(Exchange exchange, List<Exchange> waiting) {
    exchange.suspend();
    waiting.add(exchange);
  }

  private Client connect(Rig rig) throws IOException {
    Client client = rig.connect();
    open.addFirst(client);
    return client;
  }

  private H2 connectHttp2(Rig rig) throws IOException {
    H2 client = H2.to(rig);
    open.addFirst(client);
    return client;
  }

  @Test
  void refusesUnfinishedHeadsBeyondTheBoundAndServesOthers() throws Exception {
    Rig rig = rig();
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Client client = connect(rig);
      client.send(UNFINISHED);
      clients.add(client);
      assertServes(rig);
    }
    Rig.eventually(PATIENCE, "refusals", () -> memory.refused() > 0);
    assertThat(memory.held()).isBetween(LIMIT / 2L, (long) LIMIT);

    // Whoever was refused learns it, and is sent away; the others can bring it to its end.
    int answered = 0;
    int refused = 0;
    for (Client client : clients) {
      String reply = finish(client);
      if (reply.startsWith("HTTP/1.1 503 ")) {
        assertThat(reply).contains("Connection: close\r\n").endsWith("503 Service Unavailable");
        refused++;
      } else if (reply.startsWith("HTTP/1.1 200 ")) {
        answered++;
      }
    }
    assertThat(answered).isPositive();
    assertThat(refused).isPositive();
    Rig.eventually(PATIENCE, "all is given back", () -> memory.held() == 0);
  }

  private static String finish(Client client) throws IOException {
    try {
      client.send("\r\nConnection: close\r\n\r\n");
    } catch (IOException _) {
      // It was sent away already.
    }
    return client.readToEnd();
  }

  private static void assertServes(Rig rig) throws IOException {
    assertThat(rig.exchange("GET /ok HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");
    try (H2 other = H2.to(rig)) {
      other.send(H2.get(1, "/ok"));
      assertThat(other.body(1)).isEqualTo("GET /ok\n");
    }
  }

  @Test
  void countsAHeadUntilItsExchangeIsOver() throws Exception {
    List<Exchange> waiting = Collections.synchronizedList(new ArrayList<>());
    Rig rig = rig(exchange -> hold(exchange, waiting));
    Client client = connect(rig);
    client.send(UNFINISHED + "\r\n\r\n");
    Rig.eventually(PATIENCE, "the request", () -> waiting.size() == 1);

    assertThat(memory.held()).isBetween(95_000L, 105_000L);

    client.close();
    Rig.eventually(PATIENCE, "all is given back", () -> memory.held() == 0);
  }

  @Test
  void givesBackWhatAHeadHeldOnAConnectionThatStays() throws Exception {
    Rig rig = rig();
    Client client = connect(rig);
    for (int i = 0; i < 2 * LIMIT / 100_000; i++) {
      client.send(UNFINISHED + "\r\n\r\n");
      assertThat(client.readTo("GET /\n")).startsWith("HTTP/1.1 200 ");
    }
    assertThat(memory.refused()).isZero();
    Rig.eventually(PATIENCE, "all is given back", () -> memory.held() == 0);
  }

  @Test
  void countsFieldsThatWereReadAlready() throws Exception {
    Rig rig = rig();
    String lines = ("X: " + "a".repeat(1000) + "\r\n").repeat(100);
    for (int i = 0; i < CLIENTS; i++) {
      connect(rig).send("GET / HTTP/1.1\r\nHost: a\r\n" + lines);
    }
    Rig.eventually(PATIENCE, "refusals", () -> memory.refused() > 0);
    assertThat(memory.held()).isBetween(LIMIT / 2L, (long) LIMIT);
    assertServes(rig);
  }

  @Test
  void endsHttp2ConnectionsWhoseUnfinishedHeadsFindNoRoom() throws Exception {
    Rig rig = rig();
    byte[] piece = new byte[16_000];
    List<H2> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      H2 client = connectHttp2(rig);
      clients.add(client);
      client.send(H2.frame(H2.HEADERS, H2.END_STREAM, 1, piece));
      for (int more = 0; more < 6; more++) {
        client.send(H2.frame(H2.CONTINUATION, 0, 1, piece));
      }
      assertServes(rig);
    }
    Rig.eventually(PATIENCE, "refusals", () -> memory.refused() > 0);
    assertThat(memory.held()).isBetween(LIMIT / 2L, (long) LIMIT);
    assertThat(clients.getLast().goAway().code()).isEqualTo(11); // ENHANCE_YOUR_CALM
    for (H2 client : clients) {
      client.close();
    }
    Rig.eventually(PATIENCE, "all is given back", () -> memory.held() == 0);
  }

  @Test
  void refusesHttp2StreamsWhoseHeadsFindNoRoom() throws Exception {
    List<Exchange> waiting = Collections.synchronizedList(new ArrayList<>());
    Rig rig = rig(exchange -> hold(exchange, waiting));
    H2 client = connectHttp2(rig);
    List<H2> others = new ArrayList<>();
    while (memory.refused() == 0) {
      H2 other = connectHttp2(rig);
      others.add(other);
      for (int stream = 1; stream < 41; stream += 2) {
        other.send(H2.request(stream, H2.END_STREAM, "GET", "/", "x", "a".repeat(12_000)));
      }
      int all = 20 * others.size();
      Rig.eventually(
          PATIENCE, "all or refusals", () -> waiting.size() == all || memory.refused() > 0);
    }
    assertThat(memory.held()).isBetween(LIMIT / 2L, (long) LIMIT);
    H2.Frame reset = others.getLast().next();
    assertThat(reset.type).isEqualTo(H2.RST_STREAM);
    assertThat(reset.code()).isEqualTo(7); // REFUSED_STREAM

    int before = waiting.size();
    client.send(H2.get(1, "/ok"));
    Rig.eventually(PATIENCE, "the small one", () -> waiting.size() > before);
    for (H2 other : others) {
      other.close();
    }
    Rig.eventually(PATIENCE, "all is given back", () -> memory.held() == 0);
  }

  @Test
  void countsWhatARequestOfHttp2HoldsBesideItsHead() throws Exception {
    List<Exchange> waiting = Collections.synchronizedList(new ArrayList<>());
    Rig rig = rig(exchange -> hold(exchange, waiting));
    List<H2> clients = new ArrayList<>();
    while (memory.refused() == 0) {
      H2 client = connectHttp2(rig);
      clients.add(client);
      for (int stream = 1; stream < 201; stream += 2) {
        client.send(H2.get(stream, "/"));
      }
      int all = 100 * clients.size();
      Rig.eventually(
          PATIENCE, "all or refusals", () -> waiting.size() == all || memory.refused() > 0);
    }
    assertThat(waiting.size()).isLessThan(2 * LIMIT / 2048);
    for (H2 client : clients) {
      client.close();
    }
    Rig.eventually(PATIENCE, "all is given back", () -> memory.held() == 0);
  }
}
