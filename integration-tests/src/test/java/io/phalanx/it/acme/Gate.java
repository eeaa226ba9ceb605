package io.phalanx.it.acme;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.phalanx.it.harness.TrustEveryone;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;

/**
 * Stands between nodes and a Pebble, whose URLs all lead through here since it makes them of the
 * host that it is asked for. Sees each request, can do something at one step of an order, and can
 * answer in the authority's place.
 */
final class Gate implements AcmeServer, AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int ANSWER_LIMIT_MILLIS = 60_000;
  private static final int LATEST_MICROS = 60_000;
  private static final Pattern HEAD_END = Pattern.compile("\r\n\r\n");
  private static final List<String> OF_A_CONNECTION =
      List.of("connection", "upgrade", "http2-settings", "content-length", "host", "keep-alive");

  private final Pebble authority;
  private final HttpsServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicReference<Trap> trap = new AtomicReference<>(Trap.NONE);
  private final OrderBook book = new OrderBook();
  private volatile Injection injection = _ -> false;

  /** A request that is a step of an order, by where Pebble takes it. */
  enum Step {
    NEW_ORDER("/order-plz"),
    CHALLENGES("/authZ/"),
    TRIGGER("/chalZ/"),
    FINALIZE("/finalize-order/"),
    DOWNLOAD("/certZ/");

    private final String path;

    Step(String path) {
      this.path = path;
    }

    boolean isAt(String asked) {
      return asked.startsWith(path);
    }
  }

  /** When something is done at a step. */
  enum Moment {
    /** The authority never sees the request. */
    UNSEEN,
    /** The authority did what it was asked; nobody hears its answer. */
    UNHEARD,
    /** Some milliseconds after the answer. */
    HEARD
  }

  /** What is done there. */
  interface Deed {
    void act() throws Exception;
  }

  private record Trap(Optional<Step> step, Moment moment, Deed deed, CountDownLatch sprung) {
    static final Trap NONE =
        new Trap(Optional.empty(), Moment.UNSEEN, () -> {}, new CountDownLatch(0));

    boolean isFor(String path) {
      return step.filter(one -> one.isAt(path)).isPresent();
    }
  }

  /** Answers in the authority's place. */
  interface Injection {
    /** Returns whether it answered, or closed the exchange. */
    boolean answers(HttpExchange exchange) throws Exception;
  }

  /**
   * What the authority answers.
   *
   * @param body a character for each byte
   */
  private record Answer(int status, Map<String, String> headers, String body) {
    boolean isGood() {
      return status < 400;
    }
  }

  Gate(Pebble authority) throws Exception {
    this.authority = authority;
    this.server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.shown()));
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  @Override
  public String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort() + "/dir";
  }

  @Override
  public Path certificate() {
    return authority.certificate();
  }

  /** What orders came through here. */
  OrderBook book() {
    return book;
  }

  /** From now on requests are answered by it first. */
  void inject(Injection next) {
    injection = next;
  }

  /** The next request that is this step makes the deed be done, once. */
  void trap(Step step, Moment moment, Deed deed) {
    trap.set(new Trap(Optional.of(step), moment, deed, new CountDownLatch(1)));
  }

  /** Whether the deed of the last trap is done within so many seconds. */
  boolean isSprungWithin(long seconds) throws InterruptedException {
    return trap.get().sprung().await(seconds, TimeUnit.SECONDS);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.setStreams(new ByteArrayInputStream(body), null);
      if (springs(path, Moment.UNSEEN) || injection.answers(exchange)) {
        return;
      }
      Answer answer = forwarded(exchange, body);
      if (answer.isGood()) {
        book.note(path, Optional.ofNullable(answer.headers().get("Location")), answer.body());
      }
      if (answer.isGood() && springs(path, Moment.UNHEARD)) {
        return;
      }
      send(exchange, answer);
      if (answer.isGood()) {
        springs(path, Moment.HEARD);
      }
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** One thread alone gets it. */
  private boolean springs(String path, Moment moment) throws Exception {
    Trap set = trap.get();
    if (set.moment() != moment || !set.isFor(path)) {
      return false;
    }
    synchronized (set) {
      if (set.sprung().getCount() == 0) {
        return false;
      }
      if (moment == Moment.HEARD) {
        TimeUnit.MICROSECONDS.sleep(ThreadLocalRandom.current().nextInt(LATEST_MICROS));
      }
      try {
        set.deed().act();
      } finally {
        set.sprung().countDown();
      }
      return true;
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    byte[] body = answer.body().getBytes(ISO_8859_1);
    exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  /** HTTP/1.0, so that the end of the connection is that of the body. */
  private Answer forwarded(HttpExchange exchange, byte[] body) throws IOException {
    var request = new ByteArrayOutputStream();
    var head = new StringBuilder();
    head.append(exchange.getRequestMethod())
        .append(' ')
        .append(exchange.getRequestURI())
        .append(" HTTP/1.0\r\nHost: ")
        .append(exchange.getRequestHeaders().getFirst("Host"))
        .append("\r\nContent-Length: ")
        .append(body.length)
        .append("\r\n");
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                head.append(name).append(": ").append(values.getFirst()).append("\r\n");
              }
            });
    request.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
    request.writeBytes(body);
    try (var socket =
        (SSLSocket)
            TrustEveryone.context()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), authority.port())) {
      socket.setSoTimeout(ANSWER_LIMIT_MILLIS);
      socket.getOutputStream().write(request.toByteArray());
      socket.getOutputStream().flush();
      return answer(socket.getInputStream().readAllBytes());
    }
  }

  private static Answer answer(byte[] bytes) throws IOException {
    String[] parts = HEAD_END.split(new String(bytes, ISO_8859_1), 2);
    String[] lines = parts[0].split("\r\n");
    if (parts.length < 2 || lines[0].length() < 12) {
      throw new IOException("Pebble does not answer");
    }
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String name = lines[i].substring(0, colon);
      if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
        // Links are the only ones that there are several of.
        headers.merge(name, lines[i].substring(colon + 1).strip(), (a, b) -> a + ", " + b);
      }
    }
    return new Answer(Integer.parseInt(lines[0].substring(9, 12)), headers, parts[1]);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
