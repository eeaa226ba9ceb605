package io.phalanx.node.health;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.BodySink;
import io.phalanx.node.exchange.BodySource;
import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.phalanx.node.exchange.HeldBody;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.exchange.Lifetime;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.exchange.RequestHead;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.ResponseStep;
import io.phalanx.node.exchange.Trail;
import io.phalanx.node.exchange.Tunnel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One request of a {@link Probe}, which has no client, and its answer. */
final class ProbeExchange implements Exchange, ClientConnection {
  private static final HeaderName USER_AGENT = HeaderName.of("User-Agent");
  private static final HeaderName CONTENT_TYPE = HeaderName.of("Content-Type");
  private static final HeaderName TE = HeaderName.of("Te");
  private static final Peer NOBODY = Peer.of(InetAddress.getLoopbackAddress(), 0);

  private final Probe probe;
  private final RequestHead request;
  private final BodySource body;
  private final ResponseHead response = new ResponseHead(200, new HeaderLines());
  private final Trail trail = new Trail();
  private final Lifetime lifetime = new Lifetime();
  private final List<Runnable> whenClosed = new ArrayList<>(1);

  /**
   * @param uri path and query
   */
  ProbeExchange(Probe probe, String method, String host, String uri) {
    this.probe = probe;
    int question = uri.indexOf('?');
    this.request =
        new RequestHead(
            method,
            false,
            "",
            NOBODY,
            host,
            question < 0 ? uri : uri.substring(0, question),
            question < 0 ? Optional.empty() : Optional.of(uri.substring(question + 1)),
            new HeaderLines());
    request.withholdPeer();
    Headers headers = request.headers();
    headers.set(USER_AGENT, "phalanx-health-check");
    if (probe.isGrpc()) {
      headers.set(CONTENT_TYPE, "application/grpc");
      headers.set(TE, "trailers");
    }
    probe.headers().forEach(line -> headers.set(line.name(), line.value()));
    this.body = new HeldBody(probe.isGrpc() ? GrpcReply.REQUEST : new byte[0]);
  }

  /** Has {@code target} answer. */
  void send(Forwarder forwarder, Forwarder.Target target) {
    lifetime.whenOver(() -> probe.done(target));
    try {
      forwarder.forward(this, target);
    } catch (RuntimeException | Error e) {
      fail(Failure.unforeseen(e));
    }
  }

  /** Nobody wants the rest. */
  void abandon() {
    Runnable giveUp = lifetime.cleanup();
    end();
    giveUp.run();
  }

  private void end() {
    if (lifetime.end()) {
      whenClosed.forEach(this::later);
    }
  }

  private void later(Runnable told) {
    var _ = ioThread().after(Duration.ZERO, told);
  }

  @Override
  public RequestHead request() {
    return request;
  }

  @Override
  public ClientConnection client() {
    return this;
  }

  /** None: a server that is told of its clients is told that this node asks for itself. */
  @Override
  public Optional<InetSocketAddress> local() {
    return Optional.empty();
  }

  @Override
  public void whenClosed(Runnable told) {
    if (lifetime.isOver()) {
      later(told);
    } else {
      whenClosed.add(told);
    }
  }

  @Override
  public BodySource requestBody() {
    return body;
  }

  @Override
  public IoThread ioThread() {
    return probe.thread();
  }

  @Override
  public void suspend() {}

  @Override
  public void sendInterim(int status, Consumer<Headers> fill) {}

  @Override
  public ResponseHead response() {
    return response;
  }

  @Override
  public BodySink startResponse(long length) {
    if (!probe.isGrpc()) {
      probe.answered(response);
      return unwanted();
    }
    Optional<String> trouble = GrpcReply.trouble(response);
    if (trouble.isPresent()) {
      probe.tell(trouble);
      return unwanted();
    }
    var reply = new GrpcReply();
    return new ProbeSink(
        Optional.of(reply),
        () -> {
          probe.tell(reply.trouble());
          end();
        });
  }

  /**
   * For a body that nobody wants: if it is not there with its head the connection is closed, as Go
   * does, for others may be asked by now, and a server that never sends it would hold many.
   */
  private BodySink unwanted() {
    lifetime.whenOver(ioThread().after(Duration.ZERO, this::abandon));
    return new ProbeSink(Optional.empty(), this::end);
  }

  @Override
  public Tunnel startTunnel() {
    throw new IllegalStateException("nobody asked for an upgrade");
  }

  @Override
  public void respond(Answer answer) {
    probe.tell(Optional.of("it is answered for with " + answer.status()));
    end();
  }

  @Override
  public void fail(Failure failure) {
    if (!lifetime.isOver()) {
      trail.failed(failure);
      probe.tell(Optional.of(failure.reason()));
      end();
    }
  }

  @Override
  public void whenAbandoned(Runnable given) {
    lifetime.whenAbandoned(given);
  }

  @Override
  public void whenOver(Runnable told) {
    lifetime.whenOver(told);
  }

  /** Nobody looks at the head before the probe. */
  @Override
  public void addResponseStep(ResponseStep step) {}

  @Override
  public Trail trail() {
    return trail;
  }
}
