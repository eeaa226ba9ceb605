package io.phalanx.node.forwarding;

import io.phalanx.node.proxyprotocol.ProxyHeader;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A server that does with each connection what its script says, byte for byte. */
final class ScriptedServer implements AutoCloseable {
  @FunctionalInterface
  interface Script {
    void run(Connection connection) throws IOException, InterruptedException;
  }

  /** The server's end of one connection; it is closed when the script ends. */
  static final class Connection {
    private Socket socket;
    private final ScriptedServer server;

    private Connection(Socket socket, ScriptedServer server) {
      this.socket = socket;
      this.server = server;
    }

    /** Reads one head and keeps it in {@link ScriptedServer#heads}. */
    String readHead() throws IOException {
      var head = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (head.indexOf("\r\n\r\n") < 0) {
        int read = in.read();
        if (read < 0) {
          throw new EOFException("connection closed within the head");
        }
        head.append((char) read);
      }
      server.heads.add(head.toString());
      return head.toString();
    }

    /** Reads a PROXY header, and not a byte more, and keeps what it says. */
    void readProxyHeader() throws IOException {
      var header = new ByteArrayOutputStream();
      ProxyHeader read = new ProxyHeader.Incomplete();
      while (read instanceof ProxyHeader.Incomplete) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          throw new EOFException("connection closed within the header");
        }
        header.write(next);
        read = ProxyHeader.read(ByteBuffer.wrap(header.toByteArray()));
      }
      if (!(read instanceof ProxyHeader.Present(_, Optional<Addresses> addresses))) {
        throw new IOException("no PROXY header: " + header);
      }
      server.announced.add(addresses);
    }

    /** From here on all is TLS. */
    void startTls(SSLContext context, String... protocols) throws IOException {
      var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
      SSLParameters parameters = secured.getSSLParameters();
      parameters.setApplicationProtocols(protocols);
      secured.setSSLParameters(parameters);
      socket = secured;
    }

    String read(int count) throws IOException {
      return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
    }

    /** Waits until the other side closes; what it may still send is dropped. */
    void readToEnd() {
      try {
        socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      } catch (IOException _) {
        // A reset is an end, too.
      }
      server.ends.add(server.ends.size());
    }

    void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /** Keeps a head as {@link #readHead} does. */
    void keep(String head) {
      server.heads.add(head);
    }

    Socket socket() {
      return socket;
    }

    /** Has the close sent as a reset. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
    }
  }

  private final ServerSocket listener;
  private final String scheme;

  /** What each connection was announced by, where that was read. */
  final List<Optional<Addresses>> announced = new CopyOnWriteArrayList<>();

  final List<String> heads = new CopyOnWriteArrayList<>();
  final List<Connection> connections = new CopyOnWriteArrayList<>();
  final BlockingQueue<Integer> ends = new LinkedBlockingQueue<>();
  final CompletableFuture<Throwable> broken = new CompletableFuture<>();

  /** Runs the first script for the first connection, and so on; the last one is repeated. */
  ScriptedServer(Script... scripts) {
    this(ServerSocketFactory.getDefault(), "http", scripts);
  }

  /**
   * The same through what {@code sockets} make, such as TLS.
   *
   * @param scheme of {@link #url}
   */
  ScriptedServer(ServerSocketFactory sockets, String scheme, Script... scripts) {
    this.scheme = scheme;
    try {
      listener = sockets.createServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("scripted-server").start(() -> accept(scripts));
  }

  private void accept(Script... scripts) {
    try {
      while (true) {
        Socket socket = listener.accept();
        Script script = scripts[Math.min(connections.size(), scripts.length - 1)];
        connections.add(new Connection(socket, this));
        Connection connection = connections.getLast();
        Thread.ofVirtual().start(() -> run(script, connection));
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private void run(Script script, Connection connection) {
    try (Closeable _ = () -> connection.socket.close()) {
      script.run(connection);
    } catch (IOException | InterruptedException | RuntimeException e) {
      broken.complete(e);
    }
  }

  URI url() {
    return URI.create(scheme + "://127.0.0.1:" + listener.getLocalPort());
  }

  /** The same, for HTTP/2 without TLS. */
  URI h2c() {
    return URI.create("h2c://127.0.0.1:" + listener.getLocalPort());
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Waits until a script's {@link Connection#readToEnd} saw the end. */
  boolean awaitEnd() throws InterruptedException {
    return ends.poll(10, TimeUnit.SECONDS) != null;
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (Connection connection : connections) {
        connection.socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
