package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure;
import io.phalanx.node.exchange.Failure.UpstreamFault;
import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.Forwarder.Target;
import io.phalanx.node.forwarding.TransportOptions.Timeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;

/** A forwarder on one real I/O thread, with a clock that the test moves. */
final class ForwardingRig implements AutoCloseable {
  static final TransportOptions OPTIONS =
      options(Duration.ofSeconds(30), Duration.ofSeconds(20), Duration.ofSeconds(90), 200);

  final AtomicLong nanoTime = new AtomicLong(1);
  final XnioWorker worker;
  final XnioIoThread ioThread;
  final HttpForwarder forwarder;
  final Forwarder.Transport transport;

  ForwardingRig() {
    this(OPTIONS, InetAddress::getAllByName);
  }

  /**
   * @param resources that there are for all that is forwarded
   */
  ForwardingRig(Resources resources) {
    this(OPTIONS, InetAddress::getAllByName, resources);
  }

  ForwardingRig(TransportOptions options, Resolver.Lookup lookup) {
    this(options, lookup, Resources.ofThisProcess());
  }

  private ForwardingRig(TransportOptions options, Resolver.Lookup lookup, Resources resources) {
    try {
      worker =
          Xnio.getInstance()
              .createWorker(
                  OptionMap.builder()
                      .set(Options.WORKER_IO_THREADS, 1)
                      .set(Options.WORKER_TASK_CORE_THREADS, 1)
                      .set(Options.WORKER_TASK_MAX_THREADS, 1)
                      .getMap());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ioThread = worker.getIoThread(0);
    forwarder = new HttpForwarder(nanoTime::get, lookup, resources);
    transport = forwarder.transport(options);
  }

  /** Believes servers that {@code authority} vouches for. */
  static ForwardingRig trusting(TestAuthority authority) {
    return new ForwardingRig(
        new TransportOptions(OPTIONS.timeouts(), 200, true, authority.trusted(), Optional.empty()),
        InetAddress::getAllByName);
  }

  /** Over HTTP/1.1 only. */
  static ForwardingRig with(TlsOptions tls) {
    return new ForwardingRig(
        new TransportOptions(
            OPTIONS.timeouts(), OPTIONS.maxIdlePerServer(), false, tls, Optional.empty()),
        InetAddress::getAllByName);
  }

  static ForwardingRig within(Timeouts timeouts) {
    return new ForwardingRig(
        new TransportOptions(timeouts, 200, true, TlsOptions.STANDARD, Optional.empty()),
        InetAddress::getAllByName);
  }

  static TransportOptions options(
      Duration connect, Duration responseHeader, Duration idle, int maxIdlePerServer) {
    return new TransportOptions(
        new Timeouts(
            connect, responseHeader, idle, Duration.ZERO, Duration.ofSeconds(15), Duration.ZERO),
        maxIdlePerServer,
        true,
        TlsOptions.STANDARD,
        Optional.empty());
  }

  MemoryExchange get(URI server) {
    return start(exchange("GET", ListedHeaders.of(), 0), server);
  }

  MemoryExchange exchange(String method, ListedHeaders headers, long bodyLength) {
    return new MemoryExchange(ioThread, method, "/cart", headers, bodyLength);
  }

  MemoryExchange start(MemoryExchange exchange, URI server) {
    Target target = target(server);
    ioThread.execute(() -> forwarder.forward(exchange, target));
    return exchange;
  }

  Target target(URI server) {
    return new Target(server, true, false, transport);
  }

  void advance(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  /** Waits until everything that was given to the I/O thread before is done. */
  void settle() {
    var done = new CompletableFuture<Boolean>();
    ioThread.execute(() -> done.complete(true));
    await(done);
  }

  static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it does not come to that");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(10, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("nothing came", e);
    }
  }

  /** The answer's body; an error if the exchange failed instead. */
  static String body(MemoryExchange exchange) {
    CompletableFuture.anyOf(exchange.body, exchange.failure).orTimeout(10, TimeUnit.SECONDS).join();
    if (exchange.failure.isDone()) {
      throw new AssertionError("failed: " + exchange.failure.join());
    }
    return exchange.body.join();
  }

  static UpstreamFault upstreamFault(MemoryExchange exchange) {
    Failure failure = await(exchange.failure);
    if (failure instanceof UpstreamFault fault) {
      return fault;
    }
    throw new AssertionError("another failure: " + failure);
  }

  @Override
  public void close() {
    forwarder.close();
    worker.shutdownNow();
  }
}
