package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients and servers that want to use a node up: it stays up, and others are served meanwhile. */
class HostileClientsTest {
  private static final int MANY = 300;
  private static final int TINY_CHUNKS = 1_000_000;
  private static final int STUCK = 20;

  /** Of those at most, with 1 MiB of memory. */
  private static final int HELD = 12;

  private static final String HEAD = "POST / HTTP/1.1\r\nHost: shop.example\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private HttpForwarder forwarder = new HttpForwarder();
  private final List<Socket> open = new ArrayList<>();
  private Workers workers;

  @BeforeEach
  void start() throws IOException {
    workers = Workers.start(1);
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
    forwarder.close();
    workers.close();
  }

  @Test
  void endsHeadsAndBodiesThatDoNotComeAndServesOthers() throws IOException {
    try (var server = new ScriptedServer(HostileClientsTest::answerAll);
        var entryPoint = open(server, Duration.ofMillis(500))) {
      var slow = new ArrayList<Socket>();
      for (int i = 0; i < MANY; i++) {
        Socket socket = connect(entryPoint);
        send(socket, i % 2 == 0 ? HEAD + "X-A" : HEAD + "Content-Length: 10\r\n\r\nhel");
        slow.add(socket);
      }

      assertThat(request(entryPoint)).startsWith("HTTP/1.1 200 ");
      for (Socket socket : slow) {
        assertThat(readToEnd(socket)).startsWith("HTTP/1.1 408 ");
      }
      assertThat(request(entryPoint)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void refusesHeadsThatAreBombsAndServesOthers() throws IOException {
    try (var server = new ScriptedServer(HostileClientsTest::answerAll);
        var entryPoint = open(server, Duration.ofSeconds(10))) {
      String line = "X-A: " + "a".repeat(1000) + "\r\n";
      for (int i = 0; i < 50; i++) {
        Socket socket = connect(entryPoint);
        sendWhatIsTaken(socket, HEAD + line.repeat(1000));
        assertThat(readToEnd(socket))
            .satisfiesAnyOf(
                reply -> assertThat(reply).startsWith("HTTP/1.1 431 "),
                reply -> assertThat(reply).isEmpty());
      }

      assertThat(request(entryPoint)).startsWith("HTTP/1.1 200 ");
      assertThat(server.heads).hasSize(1);
    }
  }

  @Test
  void carriesAMillionTinyChunksBothWaysAndServesOthers() throws Exception {
    String chunks = "1\r\na\r\n".repeat(TINY_CHUNKS);
    byte[] answer =
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  readToLastChunk(connection);
                  connection.send(answer);
                  connection.readToEnd();
                },
                HostileClientsTest::answerAll);
        var entryPoint = open(server, Duration.ofSeconds(10))) {
      Socket socket = connect(entryPoint);
      Thread.ofVirtual()
          .start(
              () ->
                  sendWhatIsTaken(
                      socket, HEAD + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n"));
      while (server.heads.isEmpty()) {
        Thread.onSpinWait(); // Else the other request might have its connection.
      }

      assertThat(request(entryPoint)).startsWith("HTTP/1.1 200 ");
      int data = 0;
      String tail = "";
      byte[] bytes = new byte[1 << 16];
      while (!tail.endsWith("\r\n0\r\n\r\n")) {
        int read = socket.getInputStream().read(bytes);
        assertThat(read).isPositive();
        for (int i = 0; i < read; i++) {
          data += bytes[i] == 'a' ? 1 : 0;
        }
        tail =
            (tail
                + new String(
                    bytes, Math.max(0, read - 7), Math.min(7, read), StandardCharsets.ISO_8859_1));
        tail = tail.substring(Math.max(0, tail.length() - 7));
      }
      // Sizes of chunks have the digit, too.
      assertThat(data).isGreaterThanOrEqualTo(TINY_CHUNKS);
    }
  }

  @Test
  void holdsNoMoreOfAnAnswerThanItsBuffersForAClientThatDoesNotRead() throws Exception {
    byte[] block = new byte[1 << 16];
    var sent = new AtomicLong();
    try (var server =
            new ScriptedServer(
                connection -> {
                  connection.readHead();
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
                  for (int i = 0; i < 1 << 14; i++) {
                    connection.send(block);
                    sent.addAndGet(block.length);
                  }
                },
                HostileClientsTest::answerAll);
        var entryPoint = open(server, Duration.ofSeconds(10))) {
      Socket stuck = connect(entryPoint);
      send(stuck, "GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n");
      assertThat(stuck.getInputStream().read()).isEqualTo('H');

      for (int i = 0; i < 20; i++) {
        assertThat(request(entryPoint)).startsWith("HTTP/1.1 200 ");
      }
      // What the kernel's buffers of four sockets hold, and two of ours.
      assertThat(sent.get()).isLessThan(64 << 20);
    }
  }

  @Test
  void endsClientsThatTakeNothingWhenTooMuchIsHeldForThem() throws Exception {
    byte[] block = new byte[1 << 16];
    var ended = new CountDownLatch(STUCK - HELD);
    forwarder.close();
    forwarder =
        new HttpForwarder(
            System::nanoTime, InetAddress::getAllByName, new Resources(1 << 20, 1000));
    try (var server =
            new ScriptedServer(
                connection -> {
                  String head = connection.readHead();
                  if (!head.startsWith("GET /big ")) {
                    connection.send(OK);
                    return;
                  }
                  connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n");
                  try {
                    while (true) {
                      connection.send(block);
                    }
                  } catch (SocketException _) {
                    ended.countDown();
                  }
                });
        var entryPoint = open(server, Duration.ofSeconds(10))) {
      for (int i = 0; i < STUCK; i++) {
        send(connect(entryPoint), "GET /big HTTP/1.1\r\nHost: shop.example\r\n\r\n");
      }

      assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(request(entryPoint)).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void holdsLittleOfManyUploadsThatAServerDoesNotTake() throws Exception {
    byte[] block = new byte[1 << 16];
    var sent = new AtomicLong();
    forwarder.close();
    forwarder =
        new HttpForwarder(
            System::nanoTime, InetAddress::getAllByName, new Resources(1 << 20, 1000));
    try (var server =
            new ScriptedServer(
                connection -> {
                  if (connection.readHead().startsWith("PUT /big ")) {
                    new CountDownLatch(1).await();
                  }
                  connection.send(OK);
                });
        var entryPoint = open(server, Duration.ofSeconds(10))) {
      for (int i = 0; i < STUCK; i++) {
        Socket socket = connect(entryPoint);
        send(socket, "PUT /big HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n");
        Thread.ofVirtual().start(() -> sendWithoutEnd(socket, block, sent));
      }
      for (long before = -1; before != sent.get(); ) {
        before = sent.get();
        // The clients, too, do not get rid of anything any more.
        assertThat(new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS)).isFalse();
      }

      assertThat(forwarder.buffersOut()).isLessThanOrEqualTo(HELD);
      assertThat(request(entryPoint)).startsWith("HTTP/1.1 200 ");
    }
  }

  private static void sendWithoutEnd(Socket socket, byte[] block, AtomicLong sent) {
    try {
      while (true) {
        socket.getOutputStream().write(block);
        sent.addAndGet(block.length);
      }
    } catch (IOException _) {
      // Closed by the other side, or with the test.
    }
  }

  private static void answerAll(ScriptedServer.Connection connection) throws IOException {
    while (true) {
      String head = connection.readHead();
      if (head.contains("Content-Length: 10")) {
        connection.readToEnd();
        return;
      }
      connection.send(OK);
    }
  }

  private static void readToLastChunk(ScriptedServer.Connection connection) throws IOException {
    String tail = "";
    while (!tail.endsWith("\r\n0\r\n\r\n")) {
      tail = tail.substring(Math.max(0, tail.length() - 6)) + connection.read(1);
    }
  }

  private EntryPoint open(ScriptedServer server, Duration readTimeout) throws IOException {
    var target =
        new Target(server.url(), true, false, forwarder.transport(TransportOptions.standard()));
    return EntryPoint.open(
        workers,
        Fronts.options(readTimeout),
        exchange -> forwarder.forward(exchange, target),
        List.of(),
        Fronts::tls);
  }

  private String request(EntryPoint entryPoint) throws IOException {
    Socket socket = connect(entryPoint);
    send(socket, "GET / HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
    return readToEnd(socket);
  }

  private Socket connect(EntryPoint entryPoint) throws IOException {
    var socket = new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort());
    socket.setSoTimeout(20_000);
    open.add(socket);
    return socket;
  }

  private static void send(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void sendWhatIsTaken(Socket socket, String bytes) {
    try {
      send(socket, bytes);
    } catch (SocketException _) {
      // Closed before all was sent.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String readToEnd(Socket socket) throws IOException {
    var reply = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    try {
      in.transferTo(reply);
    } catch (SocketException _) {
      // A reset is an end, too.
    }
    return reply.toString(StandardCharsets.ISO_8859_1);
  }
}
