package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.TestClient;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.exchange.Tunnel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An exchange without a client: the test writes the request's body and decides how much of the
 * answer is taken. All its state belongs to its I/O thread.
 */
final class MemoryExchange implements Exchange {
  private final ClientConnection client;
  private final RequestHead request;
  private final Executor ioThread;
  private final ResponseHead response = new ResponseHead(200, new ListedHeaders());
  private final Trail trail = new Trail();
  private Runnable abandoned = () -> {};
  final List<String> interim = new CopyOnWriteArrayList<>();
  final Source source;
  final Sink sink = new Sink();

  /** Status of the answer, as soon as its head is there. */
  final CompletableFuture<Integer> started = new CompletableFuture<>();

  final CompletableFuture<Long> announcedLength = new CompletableFuture<>();

  /** The whole body, once it ended. */
  final CompletableFuture<String> body = new CompletableFuture<>();

  final CompletableFuture<Trailers> trailers = new CompletableFuture<>();

  final CompletableFuture<Failure> failure = new CompletableFuture<>();

  MemoryExchange(
      Executor ioThread, String method, String path, ListedHeaders headers, long bodyLength) {
    this(
        ioThread,
        new TestClient(ioThread),
        Peer.of(InetAddress.ofLiteral("192.0.2.7"), 4711),
        method,
        path,
        headers,
        bodyLength);
  }

  MemoryExchange(
      Executor ioThread,
      ClientConnection client,
      Peer peer,
      String method,
      String path,
      ListedHeaders headers,
      long bodyLength) {
    this.ioThread = ioThread;
    this.client = client;
    this.request =
        new RequestHead(
            method, false, "web", peer, "shop.example", path, Optional.empty(), headers);
    this.source = new Source(bodyLength);
  }

  final class Source implements BodySource {
    private final long length;
    private final ArrayDeque<ByteBuffer> parts = new ArrayDeque<>();
    private boolean ended;
    private boolean broken;
    private @Nullable Runnable ready;
    Trailers trailers = Trailers.NONE;
    long taken;

    private Source(long length) {
      this.length = length;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      if (broken) {
        throw new IOException("the client hung up");
      }
      ByteBuffer part = parts.peek();
      if (part == null) {
        return ended ? -1 : 0;
      }
      int count = Math.min(part.remaining(), into.remaining());
      into.put(part.slice(part.position(), count));
      part.position(part.position() + count);
      if (!part.hasRemaining()) {
        parts.remove();
      }
      taken += count;
      return count;
    }

    @Override
    public Trailers trailers() {
      return ended && parts.isEmpty() ? trailers : Trailers.NONE;
    }

    @Override
    public void whenReadable(Runnable callback) {
      ready = callback;
      if (ended || broken || !parts.isEmpty()) {
        ioThread.execute(this::wake);
      }
    }

    private void wake() {
      Runnable callback = ready;
      ready = null;
      if (callback != null) {
        callback.run();
      }
    }

    void send(byte[] bytes) {
      ioThread.execute(
          () -> {
            parts.add(ByteBuffer.wrap(bytes));
            wake();
          });
    }

    void send(String text) {
      send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void end() {
      ioThread.execute(
          () -> {
            ended = true;
            wake();
          });
    }

    void hangUp() {
      ioThread.execute(
          () -> {
            broken = true;
            wake();
          });
    }
  }

  final class Sink implements BodySink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private @Nullable Runnable ready;
    private long window = Long.MAX_VALUE;
    private boolean broken;
    long written;
    int flushes;

    @Override
    public int write(ByteBuffer from) throws IOException {
      if (broken) {
        throw new IOException("the client hung up");
      }
      int count = (int) Math.min(from.remaining(), window);
      byte[] taken = new byte[count];
      from.get(taken);
      bytes.writeBytes(taken);
      window -= count;
      written += count;
      return count;
    }

    @Override
    public void trailers(Trailers sent) {
      trailers.complete(sent);
    }

    @Override
    public boolean finish() {
      body.complete(bytes.toString(StandardCharsets.ISO_8859_1));
      return true;
    }

    @Override
    public boolean flush() {
      flushes++;
      return true;
    }

    @Override
    public void whenWritable(Runnable callback) {
      ready = callback;
    }

    /** Takes so many bytes more. */
    void open(long more) {
      ioThread.execute(
          () -> {
            window = more;
            wake();
          });
    }

    void hangUp() {
      ioThread.execute(
          () -> {
            broken = true;
            wake();
          });
    }

    private void wake() {
      Runnable callback = ready;
      ready = null;
      if (callback != null) {
        callback.run();
      }
    }
  }

  /** Takes no byte of the answer's body until told. */
  MemoryExchange closed() {
    sink.window = 0;
    return this;
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public ClientConnection client() {
    return client;
  }

  @Override
  public BodySource requestBody() {
    return source;
  }

  @Override
  public IoThread ioThread() {
    throw new IllegalStateException("the engine has its own way to its thread");
  }

  @Override
  public void whenOver(Runnable told) {
    throw new IllegalStateException("the engine does not ask");
  }

  @Override
  public void suspend() {}

  @Override
  public ResponseHead response() {
    return response;
  }

  @Override
  public BodySink startResponse(long length) {
    announcedLength.complete(length);
    started.complete(response.status());
    return sink;
  }

  /** The sources and sinks of body and tunnel are the same. */
  @Override
  public Tunnel startTunnel() {
    started.complete(response.status());
    return new Tunnel(source, sink);
  }

  @Override
  public void respond(Answer answer) {
    throw new IllegalStateException("the engine makes no answers of its own");
  }

  @Override
  public void fail(Failure failure) {
    if (!this.failure.complete(failure)) {
      throw new IllegalStateException("failed twice");
    }
  }

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {
    var headers = new ListedHeaders();
    fill.accept(headers);
    interim.add(status + " " + headers.text());
  }

  @Override
  public void whenAbandoned(Runnable cleanup) {
    abandoned = cleanup;
  }

  /** The client goes away. */
  void abandon() {
    ioThread.execute(() -> abandoned.run());
  }

  @Override
  public void addResponseStep(ResponseStep step) {
    throw new IllegalStateException("the engine adds no steps");
  }

  @Override
  public Trail trail() {
    return trail;
  }

  ListedHeaders responseHeaders() {
    return (ListedHeaders) response.headers();
  }
}
