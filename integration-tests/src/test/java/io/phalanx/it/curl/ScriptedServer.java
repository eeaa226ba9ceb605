package io.phalanx.it.curl;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A server that says byte for byte what its path asks for. */
final class ScriptedServer implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());

  ScriptedServer() throws IOException {
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private static void serve(Socket client) {
    try (client;
        var in = new BufferedInputStream(client.getInputStream(), 1 << 16);
        var out = new BufferedOutputStream(client.getOutputStream(), 1 << 16)) {
      client.setTcpNoDelay(true);
      List<String> head = lines(in);
      while (!head.isEmpty()) {
        answer(head, in, out);
        out.flush();
        head = lines(in);
      }
    } catch (IOException _) {
      // The other side is gone, which the test sees for itself.
    }
  }

  private static void answer(List<String> head, InputStream in, OutputStream out)
      throws IOException {
    String target = head.getFirst().split(" ")[1];
    switch (target) {
      case "/early-hints" -> {
        say(out, "HTTP/1.1 103 Early Hints", "Link: </style.css>; rel=preload");
        say(out, "HTTP/1.1 103 Early Hints", "Link: </script.js>; rel=preload");
        say(out, "HTTP/1.1 200 OK", "Content-Length: 5");
        out.write("hello".getBytes(ISO_8859_1));
      }
      case "/continue" -> {
        if (has(head, "expect: 100-continue")) {
          say(out, "HTTP/1.1 100 Continue");
          out.flush();
        }
        answerDigest(Pattern.read(body(head, in)), out);
      }
      case "/refuse" -> say(out, "HTTP/1.1 403 Forbidden", "Content-Length: 0");
      case "/trailers" -> {
        say(out, "HTTP/1.1 200 OK", "Trailer: X-Sum", "Transfer-Encoding: chunked");
        out.write("5\r\nhello\r\n0\r\n".getBytes(ISO_8859_1));
        say(out, "X-Sum: 42", "X-Not-Announced: yes");
      }
      case "/upgrade" -> {
        Stream<String> key = head.stream().filter(line -> line.startsWith("sec-websocket-key:"));
        say(
            out,
            "HTTP/1.1 101 Switching Protocols",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Accept: " + WebSocketHandshake.accept(key.findFirst().orElse("")));
        out.write(WebSocketHandshake.GREETING);
        out.flush();
        throw new IOException("that was all");
      }
      case "/up" -> answerDigest(Pattern.read(body(head, in)), out);
      default -> answerBody(Long.parseLong(target.substring("/down/".length())), out);
    }
  }

  private static void answerDigest(Pattern.Digest digest, OutputStream out) throws IOException {
    say(out, "HTTP/1.1 200 OK", "Content-Length: " + digest.toString().length());
    out.write(digest.toString().getBytes(ISO_8859_1));
  }

  private static void answerBody(long bytes, OutputStream out) throws IOException {
    say(out, "HTTP/1.1 200 OK", "Content-Length: " + bytes);
    Pattern.write(out, bytes);
  }

  private static void say(OutputStream out, String... lines) throws IOException {
    out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(ISO_8859_1));
    out.flush();
  }

  private static boolean has(List<String> head, String line) {
    return head.contains(line);
  }

  /**
   * The lines of a head, their names and values in lower case but for the first; none at the end.
   */
  private static List<String> lines(InputStream in) throws IOException {
    var lines = new ArrayList<String>();
    String line = line(in);
    while (!line.isEmpty()) {
      lines.add(lines.isEmpty() ? line : lowerCaseName(line));
      line = line(in);
    }
    return lines;
  }

  private static String lowerCaseName(String line) {
    int colon = line.indexOf(':');
    return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    int next;
    while ((next = in.read()) >= 0 && next != '\n') {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private static InputStream body(List<String> head, InputStream in) {
    if (has(head, "transfer-encoding: chunked")) {
      return new Chunks(in);
    }
    long length =
        head.stream()
            .filter(line -> line.startsWith("content-length: "))
            .mapToLong(line -> Long.parseLong(line.substring("content-length: ".length())))
            .findFirst()
            .orElse(0);
    return new Bounded(in, length);
  }

  /** As many bytes as were announced. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left;

    Bounded(InputStream in, long left) {
      this.in = in;
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int got = in.read(into, offset, (int) Math.min(length, left));
      if (got < 0) {
        throw new IOException("the body was cut");
      }
      left -= got;
      return got;
    }
  }

  /** A body in chunks, without trailers. */
  private static final class Chunks extends InputStream {
    private final InputStream in;
    private Bounded chunk;
    private boolean ended;

    Chunks(InputStream in) {
      this.in = in;
      this.chunk = new Bounded(in, 0);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (ended) {
        return -1;
      }
      int got = chunk.read(into, offset, length);
      if (got >= 0) {
        return got;
      }
      String size = line(in);
      if (size.isEmpty()) {
        size = line(in); // The end of the chunk before.
      }
      long bytes = Long.parseLong(size, 16);
      if (bytes == 0) {
        ended = true;
        return line(in).isEmpty() ? -1 : read(into, offset, length);
      }
      chunk = new Bounded(in, bytes);
      return read(into, offset, length);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
