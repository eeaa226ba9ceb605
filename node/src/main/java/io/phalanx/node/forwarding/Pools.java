package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.ClientConnection;
import io.phalanx.node.exchange.Exchange;
import io.phalanx.node.exchange.Peer;
import io.phalanx.node.proxyprotocol.ProxyHeader.Addresses;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pools of one I/O thread: one for each server and way to reach it. Where the server is told
 * who the client is each connection of a client has one of its own, so that nobody else's requests
 * go by connections that bear its name. These end with the client's connection: what is kept here
 * is bounded by the clients that are there.
 */
final class Pools {
  private final ForwardingThread thread;
  private final int threads;
  private final Map<PoolKey, ServerPool> common = new HashMap<>();
  private final Map<ClientConnection, Map<PoolKey, ServerPool>> own = new HashMap<>();
  private final Map<PoolKey, ConnectLine> lines = new HashMap<>();
  private Set<PoolKey> kept = Set.of();
  private volatile int clients;

  /**
   * @param threads that share what may be kept for a server
   */
  Pools(ForwardingThread thread, int threads) {
    this.thread = thread;
    this.threads = threads;
  }

  /**
   * @throws IllegalArgumentException if requests cannot be sent there
   */
  ServerPool pool(PoolKey key, Exchange exchange) {
    Optional<ProxyVersion> told = key.transport().options().proxyProtocol();
    return told.isPresent() ? own(key, exchange, told.get()) : common(key);
  }

  private ServerPool common(PoolKey key) {
    ServerPool pool = common.get(key);
    if (pool == null) {
      int maxIdle = key.transport().maxIdlePerThread(threads);
      pool = pool(key, maxIdle, Optional.empty());
      common.put(key, pool);
    }
    return pool;
  }

  private ServerPool own(PoolKey key, Exchange exchange, ProxyVersion version) {
    ClientConnection client = exchange.client();
    Map<PoolKey, ServerPool> pools = own.get(client);
    if (pools == null) {
      pools = new HashMap<>();
      own.put(client, pools);
      clients = own.size();
      client.whenClosed(() -> closed(client));
    }
    ServerPool pool = pools.get(key);
    if (pool == null) {
      Peer peer = exchange.request().peer();
      ConnectLine line = lines.computeIfAbsent(key, _ -> new ConnectLine(thread));
      var announcement = new Announcement(peer.address(), header(peer, client, version), line);
      int maxIdle = key.transport().options().maxIdlePerServer();
      pool = pool(key, maxIdle, Optional.of(announcement));
      pools.put(key, pool);
    }
    return pool;
  }

  private static ByteBuffer header(Peer peer, ClientConnection client, ProxyVersion version) {
    var source = new InetSocketAddress(peer.address(), peer.port());
    return ByteBuffer.wrap(
        version.header(client.local().map(local -> new Addresses(source, local))));
  }

  private ServerPool pool(PoolKey key, int maxIdle, Optional<Announcement> announcement) {
    return new ServerPool(
        thread, ServerAddress.of(key.url()), key.transport(), maxIdle, announcement);
  }

  /** Told more than once, perhaps. */
  private void closed(ClientConnection client) {
    Map<PoolKey, ServerPool> pools = own.remove(client);
    if (pools != null) {
      clients = own.size();
      pools.values().forEach(ServerPool::drain);
    }
  }

  /** Drains all pools but these. */
  void retain(Set<PoolKey> wanted) {
    kept = wanted;
    drainAllBut(kept, common);
    own.values().forEach(pools -> drainAllBut(kept, pools));
    lines.keySet().retainAll(kept);
  }

  /** Drains one pool, if it is none of those that were last retained. */
  void forget(PoolKey key) {
    if (!kept.contains(key)) {
      ServerPool pool = common.remove(key);
      if (pool != null) {
        pool.drain();
      }
      lines.remove(key);
    }
  }

  private static void drainAllBut(Set<PoolKey> kept, Map<PoolKey, ServerPool> pools) {
    List<PoolKey> gone = pools.keySet().stream().filter(key -> !kept.contains(key)).toList();
    for (PoolKey key : gone) {
      ServerPool pool = pools.remove(key);
      if (pool != null) {
        pool.drain();
      }
    }
  }

  /** Connections of clients that have pools of their own. From any thread. */
  int clients() {
    return clients;
  }
}
