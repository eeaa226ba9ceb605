package io.phalanx.it.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A server of HTTP/1.1 whose paths say how well, or how badly, it behaves. */
final class RoughServer implements AutoCloseable {
  static final int LARGE = 1 << 20;

  private final String name;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private RoughServer(String name, ServerSocket listening) {
    this.name = name;
    this.listening = listening;
  }

  /**
   * @param name what is answered on paths without a meaning
   */
  static RoughServer start(String name) throws IOException {
    var server = new RoughServer(name, new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(server::accept);
    return server;
  }

  String url() {
    return "http://127.0.0.1:" + listening.getLocalPort();
  }

  int openConnections() {
    return open.size();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException _) {
        // Closed, or a client that went away at once.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (boolean kept = true; kept; ) {
        String head = Bytes.head(in);
        kept = !head.isEmpty() && answer(socket, head, in, out);
      }
    } catch (IOException _) {
      // The other side went away.
    } finally {
      open.remove(socket);
    }
  }

  /** Returns whether the connection goes on. */
  private boolean answer(Socket socket, String head, InputStream in, OutputStream out)
      throws IOException {
    String path = head.split(" ", 3)[1];
    if (path.equals("/early")) {
      write(out, "HTTP/1.1 413 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      return false;
    }
    if (path.equals("/tunnel")) {
      write(out, "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
      byte[] buffer = new byte[4096];
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
      return false;
    }
    Bytes.skipBody(head, in);
    switch (path) {
      case "/large" -> {
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + LARGE + "\r\n\r\n");
        out.write(new byte[LARGE]);
      }
      case "/trailers" ->
          write(
              out,
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                  + "2\r\nok\r\n0\r\nX-Sum: 2\r\n\r\n");
      case "/interim" ->
          write(
              out,
              "HTTP/1.1 103 X\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      case "/drips" -> {
        write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 10; i++) {
          Bytes.pause(Duration.ofMillis(20));
          write(out, "1\r\nx\r\n");
        }
        write(out, "0\r\n\r\n");
      }
      case "/leaves" -> {
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        return false;
      }
      case "/until-closed" -> {
        write(out, "HTTP/1.1 200 OK\r\n\r\nok");
        return false;
      }
      case "/reset" -> {
        socket.setSoLinger(true, 0);
        return false;
      }
      case "/cut" -> {
        write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nbegun");
        socket.setSoLinger(true, 0);
        return false;
      }
      case "/nonsense" -> {
        write(out, "SSH-2.0-none\r\n");
        return false;
      }
      case "/silent" -> {
        return in.read() >= 0;
      }
      default ->
          write(out, "HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
    }
    return true;
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
