package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.CompletedExchange;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.ExchangeHandler;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TlsTable;
import io.undertow.connector.ByteBufferPool;
import io.undertow.server.DefaultByteBufferPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A real entry point on one I/O thread, with a handler of the test's behind it. */
final class Rig implements AutoCloseable {
  private static final int SECONDS = 10;

  /** A request as the handler saw it. */
  record Seen(String line, String host, TreeMap<String, List<String>> headers) {
    List<String> header(String name) {
      return headers.getOrDefault(name, List.of());
    }
  }

  /** What an entry point is opened with; Traefik's defaults but for what a test says. */
  static final class Options {
    boolean trustEverybody;
    List<AddressRange> trusted = List.of();
    Optional<EntryPointOptions.TrustedProxies> proxies = Optional.empty();
    Set<HeaderName> connectionHeaders = Set.of();
    UnderscoreHeaders underscoreHeaders = UnderscoreHeaders.KEEP;
    boolean encodeQuerySemicolons;
    boolean sanitizePath = true;
    int maxHeaderBytes = 1 << 20;
    Duration readTimeout = Duration.ofMinutes(1);
    Duration writeTimeout = Duration.ZERO;
    boolean sharesPort;
    Duration idleTimeout = Duration.ofMinutes(3);
    int maxRequests;
    MemoryBound headMemory = MemoryBound.ofHeap(() -> {});
    ByteBufferPool buffers = new DefaultByteBufferPool(true, 16 << 10);
    Duration maxAge = Duration.ZERO;
    volatile TlsTable tls = TlsTable.empty(() -> TestCertificates.FALLBACK);
    EntryPointOptions.Http2 http2 = EntryPointOptions.Http2.DEFAULTS;
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    EntryPointOptions record() {
      return new EntryPointOptions(
          "web",
          address,
          sharesPort,
          trustEverybody,
          trusted,
          proxies,
          connectionHeaders,
          true,
          underscoreHeaders,
          encodeQuerySemicolons,
          sanitizePath,
          maxHeaderBytes,
          readTimeout,
          writeTimeout,
          idleTimeout,
          maxRequests,
          maxAge,
          http2);
    }
  }

  final Workers workers;
  final EntryPoint entryPoint;
  final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  final BlockingQueue<CompletedExchange> completed = new LinkedBlockingQueue<>();

  Rig(Options options, ExchangeHandler handler) throws IOException {
    workers = Workers.start(1, options.headMemory, options.buffers);
    try {
      entryPoint =
          EntryPoint.open(
              workers,
              options.record(),
              exchange -> {
                seen.add(seen(exchange));
                handler.handle(exchange);
              },
              List.of(completed::add),
              () -> options.tls);
    } catch (IOException e) {
      workers.close();
      throw e;
    }
  }

  Rig(Options options) throws IOException {
    this(options, Rig::answerWithTheRequestLine);
  }

  Rig() throws IOException {
    this(new Options());
  }

  static void answerWithTheRequestLine(Exchange exchange) {
    exchange.respond(Answer.text(200, line(exchange) + '\n'));
  }

  private static String line(Exchange exchange) {
    return exchange.request().method() + ' ' + exchange.request().target();
  }

  private static Seen seen(Exchange exchange) {
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    exchange
        .request()
        .headers()
        .forEach(
            (name, _) -> headers.put(name, exchange.request().headers().all(HeaderName.of(name))));
    return new Seen(line(exchange), exchange.request().host(), headers);
  }

  /** The request that the handler sees next. */
  Seen nextSeen() throws InterruptedException {
    return present(seen.poll(SECONDS, TimeUnit.SECONDS), "no request came");
  }

  /** What the observer is told next. */
  CompletedExchange nextCompleted() throws InterruptedException {
    return present(completed.poll(SECONDS, TimeUnit.SECONDS), "no exchange ended");
  }

  private static <T> T present(T value, String otherwise) {
    if (value == null) {
      throw new AssertionError(otherwise);
    }
    return value;
  }

  Client connect() throws IOException {
    return new Client(entryPoint.address());
  }

  /** Sends {@code bytes} on a new connection and returns all that comes until it is closed. */
  String exchange(String bytes) throws IOException {
    try (Client client = connect()) {
      client.send(bytes);
      return client.readToEnd();
    }
  }

  @Override
  public void close() {
    entryPoint.close();
    workers.close();
  }

  /** A client that says exactly what the test wants it to. */
  static final class Client implements AutoCloseable {
    final Socket socket;

    Client(InetSocketAddress address) throws IOException {
      socket = new Socket(address.getAddress(), address.getPort());
      socket.setSoTimeout(SECONDS * 1000);
      socket.setTcpNoDelay(true);
    }

    void send(String bytes) throws IOException {
      send(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /** All that comes until the connection ends, in good order or not. */
    String readToEnd() throws IOException {
      var bytes = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(bytes);
      } catch (SocketException _) {
        // The end, too.
      }
      return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** What comes up to and with {@code end}. */
    String readTo(String end) throws IOException {
      var text = new StringBuilder();
      while (text.indexOf(end, text.length() - end.length()) < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          throw new IOException("the connection ended behind: " + text);
        }
        text.append((char) next);
      }
      return text.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  static void eventually(BooleanSupplier holds) {
    eventually(Duration.ofSeconds(SECONDS), "what is waited for", holds);
  }

  /** Looks again and again: what is waited for leaves no trace that could be waited on. */
  static void eventually(Duration limit, String what, BooleanSupplier holds) {
    long end = System.nanoTime() + limit.toNanos();
    while (!holds.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    assertThat(holds.getAsBoolean()).as(what).isTrue();
  }
}
