package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Forwarder;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.xnio.XnioIoThread;

/**
 * Forwards over HTTP/1.1 and HTTP/2 with connections that are kept, on the I/O thread of each
 * exchange.
 *
 * <p>A request that finds its kept connection closed by the server, before a byte of an answer, is
 * sent once more over a new one, if none of its body was read and either nothing was sent or its
 * method is idempotent (RFC 9110, section 9.2.2). What an HTTP/2 server refused, or a GOAWAY left
 * out, is sent again whatever its method is. Every other failure is told to the exchange.
 */
public final class HttpForwarder implements Forwarder, AutoCloseable {
  private final LongSupplier nanoTime;
  private final Resolver resolver;
  private final Resources resources;
  private final ConcurrentHashMap<TransportOptions, ServerTransport> transports =
      new ConcurrentHashMap<>();
  private final List<ForwardingThread> threads = new CopyOnWriteArrayList<>();
  private final TcpForwarding tcp = new TcpForwarding(this);
  private final ThreadLocal<ForwardingThread> current = ThreadLocal.withInitial(this::join);

  public HttpForwarder() {
    this(System::nanoTime, InetAddress::getAllByName);
  }

  HttpForwarder(LongSupplier nanoTime, Resolver.Lookup lookup) {
    this(nanoTime, lookup, Resources.ofThisProcess());
  }

  HttpForwarder(LongSupplier nanoTime, Resolver.Lookup lookup, Resources resources) {
    this.resources = resources;
    this.nanoTime = nanoTime;
    this.resolver = new Resolver(lookup, nanoTime);
  }

  private ForwardingThread join() {
    if (!(Thread.currentThread() instanceof XnioIoThread ioThread)) {
      throw new IllegalStateException("not on an I/O thread: " + Thread.currentThread());
    }
    var joined = new ForwardingThread(ioThread, nanoTime, resolver, resources);
    threads.add(joined);
    return joined;
  }

  /** The transport with these options: the same one as long as a configuration has it. */
  public Forwarder.Transport transport(TransportOptions options) {
    return transports.computeIfAbsent(options, ServerTransport::new);
  }

  @Override
  public void forward(Exchange exchange, Target target) {
    exchange.suspend();
    current.get().forward(exchange, target);
  }

  /** Takes connections of TCP to servers, with the same threads, names and bounds. */
  public TcpForwarding tcp() {
    return tcp;
  }

  /** What the I/O thread has on which this is called. */
  ForwardingThread here() {
    return current.get();
  }

  @Override
  public Optional<String> unsupported(URI url) {
    return ServerAddress.unsupported(url);
  }

  /**
   * Tells where a new configuration still sends requests. Idle connections to all other servers,
   * and by all other transports, are closed; busy ones end with their exchange.
   */
  public void retain(Set<Target> targets) {
    Set<PoolKey> kept = targets.stream().map(PoolKey::of).collect(Collectors.toUnmodifiableSet());
    Set<ServerTransport> used = kept.stream().map(PoolKey::transport).collect(Collectors.toSet());
    transports.values().retainAll(used);
    threads.forEach(thread -> thread.retain(kept));
  }

  @Override
  public void forget(Target target) {
    current.get().pools().forget(PoolKey.of(target));
  }

  /** Buffers that hold something of servers' connections, or are to; 0 without requests. */
  public long buffersOut() {
    return threads.stream().mapToLong(thread -> thread.buffers().out()).sum();
  }

  /** Connections of clients that have connections to servers of their own. From any thread. */
  long announcedClients() {
    return threads.stream().mapToLong(thread -> thread.pools().clients()).sum();
  }

  /** Closes what is idle; busy connections end with their exchange. */
  @Override
  public void close() {
    retain(Set.of());
  }
}
