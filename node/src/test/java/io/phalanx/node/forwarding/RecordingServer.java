package io.phalanx.node.forwarding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.node.forwarding.Http2Script.Frame;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server that keeps what it gets, and answers each request that is whole. It reads to the letter:
 * lines end with CRLF, bodies where the head says.
 */
final class RecordingServer implements AutoCloseable {
  /** What it speaks. */
  enum Protocol {
    HTTP_1_1,
    H2C
  }

  /**
   * What is, or might become, one request.
   *
   * @param head lines, or fields
   * @param trailers behind the body
   * @param whole whether its end came
   */
  record Request(String head, String body, String trailers, boolean whole) {}

  private static final int SECONDS = 10;

  private final Protocol protocol;
  private final ScriptedServer server;
  private final BlockingQueue<List<Request>> ended = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();

  RecordingServer(Protocol protocol) {
    this.protocol = protocol;
    this.server =
        new ScriptedServer(
            switch (protocol) {
              case HTTP_1_1 -> this::http1;
              case H2C -> this::http2;
            });
  }

  URI url() {
    return URI.create(
        (protocol == Protocol.H2C ? "h2c" : "http") + "://127.0.0.1:" + server.port());
  }

  boolean awaitBegin() throws InterruptedException {
    return begun.poll(SECONDS, TimeUnit.SECONDS) != null;
  }

  /** Waits for the end of all connections; what came by them. */
  List<Request> all() throws InterruptedException {
    var all = new ArrayList<Request>();
    for (int i = 0; i < server.connections.size(); i++) {
      List<Request> some = ended.poll(SECONDS, TimeUnit.SECONDS);
      if (some == null) {
        throw new AssertionError("a connection did not end");
      }
      all.addAll(some);
    }
    return all;
  }

  private void http1(ScriptedServer.Connection connection) throws IOException {
    var raw = new ByteArrayOutputStream();
    int answered = 0;
    byte[] bytes = new byte[4096];
    try {
      for (int n = read(connection, bytes); n >= 0; n = read(connection, bytes)) {
        raw.write(bytes, 0, n);
        begun.add(n);
        long whole = requests(raw.toString(ISO_8859_1)).stream().filter(Request::whole).count();
        for (; answered < whole; answered++) {
          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
      }
    } finally {
      ended.add(requests(raw.toString(ISO_8859_1)));
    }
  }

  private static int read(ScriptedServer.Connection connection, byte[] bytes) throws IOException {
    try {
      return connection.socket().getInputStream().read(bytes);
    } catch (SocketException _) {
      return -1; // A reset is an end, too.
    }
  }

  static List<Request> requests(String text) {
    var requests = new ArrayList<Request>();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf("\r\n\r\n", at);
      if (end < 0) {
        requests.add(new Request(text.substring(at), "", "", false));
        return requests;
      }
      String head = text.substring(at, end + 2);
      at = end + 4;
      if (head.contains("Transfer-Encoding: chunked\r\n")) {
        at = chunked(requests, head, text, at);
      } else {
        int length = head.contains("Content-Length: ") ? length(head) : 0;
        int bodyEnd = Math.min(text.length(), at + length);
        requests.add(new Request(head, text.substring(at, bodyEnd), "", at + length == bodyEnd));
        at = bodyEnd;
      }
    }
    return requests;
  }

  private static int length(String head) {
    int from = head.indexOf("Content-Length: ") + "Content-Length: ".length();
    return Integer.parseInt(head.substring(from, head.indexOf("\r\n", from)));
  }

  /** Returns where the body ends. */
  private static int chunked(List<Request> requests, String head, String text, int from) {
    var body = new StringBuilder();
    int at = from;
    while (true) {
      int line = text.indexOf("\r\n", at);
      int size = line < 0 ? -1 : Integer.parseInt(text.substring(at, line), 16);
      if (size == 0) {
        int end = text.startsWith("\r\n", line + 2) ? line : text.indexOf("\r\n\r\n", line + 2);
        if (end < 0) {
          break;
        }
        String trailers = text.substring(line + 2, end + 2);
        requests.add(new Request(head, body.toString(), trailers, true));
        return end + 4;
      }
      if (size < 0 || line + 2 + size + 2 > text.length()) {
        break;
      }
      body.append(text, line + 2, line + 2 + size);
      at = line + 2 + size + 2;
    }
    requests.add(new Request(head, body + text.substring(at), "", false));
    return text.length();
  }

  private void http2(ScriptedServer.Connection connection) throws IOException {
    Map<Integer, Request> streams = new TreeMap<>();
    try {
      var script = new Http2Script(connection);
      while (true) {
        Frame frame = script.next();
        if (frame.type() != Http2Script.HEADERS && frame.type() != Http2Script.DATA) {
          continue;
        }
        begun.add(frame.stream());
        streams.merge(frame.stream(), request(frame), RecordingServer::joined);
        if (frame.ends()) {
          script.answer(frame.stream(), "");
        }
      }
    } catch (EOFException | SocketException _) {
      // The end of the connection.
    } finally {
      ended.add(List.copyOf(streams.values()));
    }
  }

  private static Request request(Frame frame) {
    boolean head = frame.type() == Http2Script.HEADERS;
    return new Request(head ? frame.text() : "", head ? "" : frame.text(), "", frame.ends());
  }

  /** A second head is trailers. */
  private static Request joined(Request before, Request more) {
    return new Request(
        before.head, before.body + more.body, before.trailers + more.head, more.whole);
  }

  @Override
  public void close() {
    server.close();
  }
}
