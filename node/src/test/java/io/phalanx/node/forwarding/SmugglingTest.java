package io.phalanx.node.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.Forwarder.Target;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What two parsers might read differently, sent raw, and looked at where it would do harm: at the
 * server. Of a head that is unclear it gets no byte; of a body that is unclear no end, and nothing
 * of what is hidden behind it.
 */
class SmugglingTest {
  private static final String HIDDEN = "GET /hidden HTTP/1.1\r\nHost: evil.example\r\n\r\n";
  private static final String POST = "POST /a HTTP/1.1\r\nHost: shop.example\r\n";
  private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

  private static Workers workers;
  private static HttpForwarder forwarder;
  private static ServerSocket listener;
  private static EntryPoint entryPoint;

  /** All that came by one connection, when it has ended. */
  private static final BlockingQueue<String> recorded = new LinkedBlockingQueue<>();

  private static final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws IOException {
    workers = Workers.start(1);
    forwarder = new HttpForwarder();
    listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(SmugglingTest::accept);
    var target =
        new Target(
            URI.create("http://127.0.0.1:" + listener.getLocalPort()),
            true,
            false,
            forwarder.transport(TransportOptions.standard()));
    entryPoint =
        EntryPoint.open(
            workers,
            Fronts.options(),
            exchange -> forwarder.forward(exchange, target),
            List.of(),
            Fronts::tls);
  }

  @AfterAll
  static void end() throws IOException {
    entryPoint.close();
    forwarder.close();
    workers.close();
    listener.close();
  }

  private static void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> record(socket));
      }
    } catch (IOException _) {
      // Closed: the tests are over.
    }
  }

  /** Answers what looks like the end of a request, as a careless server would. */
  private static void record(Socket socket) {
    var text = new StringBuilder();
    try (socket) {
      byte[] bytes = new byte[4096];
      for (int n = socket.getInputStream().read(bytes); n >= 0; ) {
        begun.add(1);
        text.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
        if (text.toString().endsWith("\r\n\r\n") && !text.toString().contains("chunked\r\n\r\n")) {
          socket
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                      .getBytes(StandardCharsets.ISO_8859_1));
        }
        n = socket.getInputStream().read(bytes);
      }
    } catch (IOException _) {
      // A reset is an end, too.
    }
    recorded.add(text.toString());
  }

  static Stream<String> unclearHeads() {
    Stream<String> framing =
        Stream.of(
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Transfer-Encoding: chunked\r\nContent-Length: 0",
                "content-length: 5\r\ntransfer-encoding: CHUNKED",
                "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: 6\r\nContent-Length: 5",
                "Content-Length: 5\r\nContent-Length: 05",
                "Content-Length: 5\r\nContent-Length: 5\r\nContent-Length: 6",
                "Content-Length: 5, 5\r\nContent-Length: 5, 5",
                "Content-Length: 5\r\nContent-Length:",
                "Content-Length: 5, 6",
                "Content-Length: 5, 5",
                "Content-Length: +5",
                "Content-Length: -5",
                "Content-Length: 0x5",
                "Content-Length: 5 5",
                "Content-Length: 5;a",
                "Content-Length: 5.0",
                "Content-Length: 1e1",
                "Content-Length: \u00b2",
                "Content-Length:",
                "Content-Length: ,",
                "Content-Length: 99999999999999999999999",
                "Content-Length: 18446744073709551621",
                "Content-Length : 5",
                "Content-Length\t: 5",
                " Content-Length: 5",
                "\tContent-Length: 5",
                "Content-Length\u000b: 5",
                "Content-Length\u0000: 5",
                "Content-Length: 5\u0000",
                "Content-Length: 5\u000b",
                "Content-Length: 5\rX: a",
                "Content-Length: 5\nX: a",
                "X: a\nContent-Length: 5",
                "X: a\rContent-Length: 5",
                "X: a\r\r\nContent-Length: 5",
                "X: a\n\r\nContent-Length: 5",
                "Content-Length: 5\r\n Content-Length: 6\r\nContent-Length: 7",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunkedx",
                "Transfer-Encoding: chunke",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: 'chunked'",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, gzip",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: , chunked",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding:",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: chunked\u000b",
                "Transfer-Encoding: \u0000chunked",
                "Transfer-Encoding: chun\u00a0ked",
                "Transfer-Encoding: chunked\u0085",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding\u0001: chunked",
                " Transfer-Encoding: chunked",
                "Transfer-Encoding\r\n: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
                "X: a\nTransfer-Encoding: chunked",
                "X: a\rTransfer-Encoding: chunked",
                "X\rTransfer-Encoding: chunked",
                ": a\r\nContent-Length: 5",
                "No colon\r\nContent-Length: 5",
                "H\u00f6st: a\r\nContent-Length: 5",
                "Host: evil.example\r\nContent-Length: 5",
                "Expect: 100-continue, x\r\nContent-Length: 5")
            .map(lines -> POST + lines + "\r\n\r\n");
    Stream<String> lines =
        Stream.of(
            "POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /a  HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST  /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1 \r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1 x\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a\tHTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a\u000bb HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a\rHTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1\rHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a http/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.10\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/2.0\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "PO ST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "PO\u0000ST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "\r\n\r\nPOST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "\nPOST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            " POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1\r\n Host: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a/b\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1\r\nHost: a@b\r\nContent-Length: 5\r\n\r\n",
            "POST http:///a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
            "POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
    return Stream.concat(framing, lines);
  }

  @ParameterizedTest
  @MethodSource("unclearHeads")
  void givesAServerNoByteOfAnUnclearHead(String head) throws Exception {
    recorded.clear();
    assertThat(reply(head + "5\r\nhello\r\n0\r\n\r\n" + HIDDEN))
        .matches("(?s)HTTP/1\\.[01] [45].*");

    assertThat(reply(POST + "Connection: close\r\nContent-Length: 0\r\n\r\n")).contains(" 200 ");
    forwarder.retain(Set.of());
    assertThat(next()).startsWith("POST /a HTTP/1.1\r\n").doesNotContain("hello", "hidden");
  }

  @Test
  void forwardsOneOfLengthsThatAgree() throws Exception {
    recorded.clear();
    String body = HIDDEN + "\r\n";
    String length = "Content-Length: " + body.length() + "\r\n";
    String reply = reply(POST + "Connection: close\r\n" + length.repeat(3) + "\r\n" + body);
    forwarder.retain(Set.of());

    assertThat(reply.split("HTTP/1.1 200", -1)).hasSize(2);
    assertThat(next()).containsOnlyOnce("Content-Length").endsWith("\r\n\r\n" + body);
  }

  static Stream<String> unclearBodies() {
    return Stream.of(
        "5\r\nhelloXX0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\rhello\r\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "-1\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "5h\r\nhello\r\n0\r\n\r\n",
        "g\r\nhello\r\n0\r\n\r\n",
        "\r\n5\r\nhello\r\n0\r\n\r\n",
        ";a\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5;a\nhello\r\n0\r\n\r\n",
        "5;a\u0000\r\nhello\r\n0\r\n\r\n",
        "5;" + "a".repeat(9000) + "\r\nhello\r\n0\r\n\r\n",
        ("1;" + "a".repeat(200) + "\r\nh\r\n").repeat(100) + "0\r\n\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "fffffffffffffffb\r\nhello\r\n0\r\n\r\n",
        "00000000000000005\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\n\n",
        "5\r\nhello\r\n0\n\r\n",
        "5\r\nhello\r\n0\r\nX\r\n\r\n",
        "5\r\nhello\r\n0\r\nX : a\r\n\r\n",
        "5\r\nhello\r\n0\r\n X: a\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: a\nY: b\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: a\r\n Y: b\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: a\rb\r\n\r\n",
        "5\r\nhello\r\n0\r\nX: a\u0000\r\n\r\n",
        "5\r\nhello\r\n0\r\n" + "X: a\r\n".repeat(200) + "\r\n");
  }

  @ParameterizedTest
  @MethodSource("unclearBodies")
  void givesAServerNoEndOfAnUnclearBody(String body) throws Exception {
    recorded.clear();
    assertThat(reply(CHUNKED + body + HIDDEN)).startsWith("HTTP/1.1 400 ").doesNotContain(" 200 ");
    assertThat(next()).doesNotContain("0\r\n\r\n", "hidden");
  }

  @ParameterizedTest
  @MethodSource("unclearBodies")
  void givesAServerNoEndOfABodyThatBecomesUnclear(String body) throws Exception {
    recorded.clear();
    begun.clear();
    try (var socket = connect()) {
      send(socket, CHUNKED + "3\r\nabc\r\n");
      assertThat(begun.poll(10, TimeUnit.SECONDS)).isNotNull();
      send(socket, body + HIDDEN);

      assertThat(readToEnd(socket)).startsWith("HTTP/1.1 400 ").doesNotContain(" 200 ");
    }
    assertThat(next()).startsWith("POST /a HTTP/1.1\r\n").doesNotContain("0\r\n\r\n", "hidden");
  }

  @Test
  void takesWhatLooksLikeARequestInABodyForTheBody() throws Exception {
    recorded.clear();
    String body = HIDDEN + "\r\n";
    String reply =
        reply(POST + "Connection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    forwarder.retain(Set.of());

    assertThat(reply.split("HTTP/1.1 200", -1)).hasSize(2);
    assertThat(next()).endsWith("\r\n\r\n" + body);
  }

  private static String next() throws InterruptedException {
    String next = recorded.poll(10, TimeUnit.SECONDS);
    assertThat(next).as("what the server got").isNotNull();
    return next;
  }

  private static String reply(String bytes) throws IOException {
    try (var socket = connect()) {
      send(socket, bytes);
      return readToEnd(socket);
    }
  }

  private static Socket connect() throws IOException {
    var socket = new Socket(entryPoint.address().getAddress(), entryPoint.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String bytes) throws IOException {
    socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** All that comes until the node ends the connection. */
  private static String readToEnd(Socket socket) throws IOException {
    var reply = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(reply);
    } catch (SocketException _) {
      // A reset is an end, too.
    }
    return reply.toString(StandardCharsets.ISO_8859_1);
  }
}
