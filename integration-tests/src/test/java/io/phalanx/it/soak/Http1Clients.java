package io.phalanx.it.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Clients of HTTP/1.1, in clear text or over TLS, well and badly behaved. */
final class Http1Clients {
  /** Paths that end with 200 whatever happens behind them. */
  private static final List<String> GOOD =
      List.of(
          "/",
          "/large",
          "/trailers",
          "/interim",
          "/drips",
          "/leaves",
          "/until-closed",
          "/h2c/",
          "/h2c/large",
          "/h2c/trailers",
          "/h2c/interim",
          "/tls/",
          "/tls/large",
          "/tls/trailers");

  private static final List<String> BAD =
      List.of("/reset", "/cut", "/nonsense", "/h2c/reset", "/h2c/cut", "/tls/cut", "/tls/nonsense");

  /** Opens connections to the node. */
  interface Opener {
    Socket open() throws IOException;
  }

  private final Opener opener;

  Http1Clients(Opener opener) {
    this.opener = opener;
  }

  private Socket open() throws IOException {
    Socket socket = opener.open();
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static <T> T any(List<T> list) {
    return list.get(ThreadLocalRandom.current().nextInt(list.size()));
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a.test\r\nTE: trailers\r\n\r\n";
  }

  /** The status of a final answer, whose body is read. */
  private static int answer(InputStream in) throws IOException {
    while (true) {
      String head = Bytes.head(in);
      if (head.isEmpty()) {
        return 0;
      }
      int status = Integer.parseInt(head.substring(9, 12));
      if (status >= 200) {
        Bytes.skipBody(head, in);
        return status;
      }
    }
  }

  /** Several requests over one connection, all of them to be answered. */
  void asks() throws IOException {
    try (Socket socket = open()) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < 5; i++) {
        String path = any(GOOD);
        write(socket.getOutputStream(), get(path));
        int status = answer(in);
        if (status != 200) {
          throw new AssertionError("GET " + path + " was answered with " + status);
        }
      }
    }
  }

  void uploads() throws IOException {
    try (Socket socket = open()) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      write(
          socket.getOutputStream(),
          "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
      socket.getOutputStream().write(new byte[100_000]);
      socket.getOutputStream().flush();
      int status = answer(in);
      if (status != 200 && status != 502) {
        throw new AssertionError("an upload was answered with " + status);
      }
    }
  }

  /** The body ends before its end. */
  void breaksOffAnUpload() throws IOException {
    String framing = any(List.of("Content-Length: 1000000", "Transfer-Encoding: chunked"));
    String path = any(List.of("/up", "/early", "/h2c/up", "/tls/up"));
    try (Socket socket = open()) {
      OutputStream out = socket.getOutputStream();
      write(out, "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n");
      write(out, "8000\r\n");
      out.write(new byte[20_000]);
      out.flush();
      leave(socket);
    }
  }

  void breaksOffADownload() throws IOException {
    try (Socket socket = open()) {
      write(socket.getOutputStream(), get(any(List.of("/large", "/h2c/large", "/tls/large"))));
      socket.getInputStream().readNBytes(10_000);
      leave(socket);
    }
  }

  /** The server resets, breaks off or speaks nonsense. */
  void asksABadServer() throws IOException {
    try (Socket socket = open()) {
      String path = any(BAD);
      write(socket.getOutputStream(), get(path));
      InputStream in = new BufferedInputStream(socket.getInputStream());
      int status;
      try {
        status = answer(in);
      } catch (IOException _) {
        return; // Broken off, as it was to us.
      }
      if (status != 502 && !(path.endsWith("/cut") && status == 0)) {
        throw new AssertionError("GET " + path + " was answered with " + status);
      }
    }
  }

  /** The server says nothing; the client waits for the time-out, or leaves before. */
  void asksASilentServer() throws IOException {
    try (Socket socket = open()) {
      write(socket.getOutputStream(), get("/silent"));
      if (ThreadLocalRandom.current().nextBoolean()) {
        Bytes.pause(Duration.ofMillis(100));
        leave(socket);
        return;
      }
      int status = answer(new BufferedInputStream(socket.getInputStream()));
      if (status != 504) {
        throw new AssertionError("a server without an answer was reported as " + status);
      }
    }
  }

  void tunnels() throws IOException {
    try (Socket socket = open()) {
      String path = any(List.of("/tunnel", "/h2c/tunnel"));
      OutputStream out = socket.getOutputStream();
      write(
          out,
          "GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      String head = Bytes.head(socket.getInputStream());
      if (!head.startsWith("HTTP/1.1 101")) {
        if (path.equals("/tunnel")) {
          throw new AssertionError("no tunnel: " + head);
        }
        return;
      }
      for (int i = 0; i < 5; i++) {
        out.write(new byte[3000]);
        out.flush();
        socket.getInputStream().readNBytes(3000);
      }
      out.write(new byte[3000]);
      leave(socket);
    }
  }

  /** Head and body come in drops, and the answer is read as slowly. */
  void isSlow() throws IOException {
    try (Socket socket = open()) {
      OutputStream out = socket.getOutputStream();
      for (char c : get("/large").toCharArray()) {
        out.write(c);
        out.flush();
        Bytes.pause(Duration.ofMillis(2));
      }
      InputStream in = socket.getInputStream();
      for (int i = 0; i < 20; i++) {
        in.readNBytes(5000);
        Bytes.pause(Duration.ofMillis(10));
      }
      leave(socket);
    }
  }

  /** What is no request, or only the beginning of one. */
  void isMalformed() throws IOException {
    try (Socket socket = open()) {
      String text =
          any(
              List.of(
                  "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                  "GET / HTTP/1.1\r\nHo",
                  "\u0016\u0003\u0001\u0002\u0000\u0001",
                  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense-nonsense",
                  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                  "GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20)));
      write(socket.getOutputStream(), text);
      Bytes.pause(Duration.ofMillis(20));
      leave(socket);
    }
  }

  /** With a reset, or in good order. */
  private static void leave(Socket socket) throws IOException {
    if (ThreadLocalRandom.current().nextBoolean()) {
      socket.setSoLinger(true, 0);
    }
  }
}
