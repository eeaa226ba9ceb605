package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;

/** What clients of HTTP/1.1 can do to a node. */
final class PlainAttacks {
  private static final int DRIP_MILLIS = 200;

  /** So long the node has to begin with what was asked. */
  private static final int AHEAD_MILLIS = 50;

  private static final String LINES = "\r\nHost: a.test\r\n";
  private static final byte[] LARGE_LINE = ("X-A: " + "a".repeat(900_000)).getBytes(ISO_8859_1);
  private static final byte[] MANY_LINES = "X-A: a\r\n".repeat(100_000).getBytes(ISO_8859_1);
  private static final byte[] CHUNKS = "1\r\na\r\n".repeat(10_000).getBytes(ISO_8859_1);
  private static final byte[] REQUESTS =
      ("GET /" + " HTTP/1.1" + LINES + "\r\n").repeat(500).getBytes(ISO_8859_1);

  private static final int NAMES = 15;
  private static final int NAME_BYTES = 60_000;
  private static final int UPLOAD_PIECE = 1 << 16;

  /** What one body of tiny chunks is made of. */
  private static final int MILLION_CHUNKS = 100;

  private PlainAttacks() {}

  private static void head(Onslaught on, Socket socket, String line, String more)
      throws IOException {
    on.send(socket, (line + " HTTP/1.1" + LINES + more).getBytes(ISO_8859_1));
  }

  private static void drip(Onslaught on, Socket socket) throws IOException, InterruptedException {
    Onslaught.watch(socket);
    while (on.goesOn()) {
      on.send(socket, new byte[] {'a'});
      TimeUnit.MILLISECONDS.sleep(DRIP_MILLIS);
    }
  }

  static void slowHead(Onslaught on, Socket socket) throws IOException, InterruptedException {
    head(on, socket, "GET /", "X-A: ");
    drip(on, socket);
  }

  static void stalledBody(Onslaught on, Socket socket) throws IOException {
    head(on, socket, "POST /", "Content-Length: 1000000\r\n\r\nabc");
    Onslaught.awaitEnd(socket);
  }

  /** Slow, but it comes: a poor line looks the same. */
  static void slowBody(Onslaught on, Socket socket) throws IOException, InterruptedException {
    head(on, socket, "POST /", "Content-Length: 1000000\r\n\r\nabc");
    drip(on, socket);
  }

  /** Takes nothing; a byte that is sent now and then shows whether anybody is there. */
  static void slowReader(Onslaught on, Socket socket) throws IOException, InterruptedException {
    head(on, socket, "GET /big", "\r\n");
    while (on.goesOn()) {
      TimeUnit.MILLISECONDS.sleep(DRIP_MILLIS);
      on.send(socket, new byte[] {'G'});
    }
  }

  static void idle(Onslaught on, Socket socket) throws IOException {
    head(on, socket, "GET /", "\r\n");
    Onslaught.awaitEnd(socket);
  }

  /** A line that is within what a head may have, and no end. */
  static void largeHead(Onslaught on, Socket socket) throws IOException {
    head(on, socket, "GET /", "");
    on.send(socket, LARGE_LINE);
    Onslaught.awaitEnd(socket);
  }

  static void manyLines(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    head(on, socket, "GET /", "");
    on.send(socket, MANY_LINES);
    Onslaught.awaitEnd(socket);
  }

  static void tinyChunks(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    while (on.goesOn()) {
      head(on, socket, "POST /", "Transfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < MILLION_CHUNKS; i++) {
        on.send(socket, CHUNKS);
      }
      on.send(socket, "0\r\n\r\n".getBytes(ISO_8859_1));
    }
  }

  /** Names of lines that nobody has seen yet. */
  static void newNames(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    String padding = "a".repeat(NAME_BYTES);
    while (on.goesOn()) {
      var lines = new StringBuilder();
      for (int i = 0; i < NAMES; i++) {
        lines.append(on.number()).append(padding).append(": a\r\n");
      }
      head(on, socket, "GET /", lines + "\r\n");
    }
  }

  /** To a server that takes what it gets byte by byte. */
  static void uploadNobodyTakes(Onslaught on, Socket socket) throws IOException {
    head(on, socket, "POST " + FastOrigin.SLOW_READER, "Content-Length: 100000000\r\n\r\n");
    Onslaught.watch(socket);
    byte[] piece = new byte[UPLOAD_PIECE];
    while (on.goesOn()) {
      on.send(socket, piece);
    }
  }

  static void pipeline(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    while (on.goesOn()) {
      on.send(socket, REQUESTS);
    }
  }

  /** Asks, and is gone. */
  static void comeAndGo(Onslaught on, Socket socket) throws IOException {
    head(on, socket, "GET /", "\r\n");
  }

  /** Asks one who never answers, begins with the next request, and is gone. */
  static void oneByteAhead(Onslaught on, Socket socket) throws IOException, InterruptedException {
    head(on, socket, "GET " + FastOrigin.SILENT, "\r\nG");
    TimeUnit.MILLISECONDS.sleep(AHEAD_MILLIS);
    socket.setSoLinger(true, 0);
  }
}
