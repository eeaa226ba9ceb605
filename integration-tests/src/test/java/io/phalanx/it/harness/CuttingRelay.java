package io.phalanx.it.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network between the members of a fleet: all that one says to another goes through here and
 * can be cut. A member listens at {@link #listens} and advertises {@link #address}, an address on
 * 127.0.1.x where this listens for it. Who calls is told by the address that is called from, which
 * is the caller's own as long as its JVM has {@link #CALL_FROM_OWN_ADDRESS}. Needs a system where
 * all of 127.0.0.0/8 is local, as Linux is.
 *
 * <p>A cut is silent or not. Through a silent one nothing passes, not even that an end is closed or
 * its process is gone; connections stay, new ones are taken but lead nowhere, and what was written
 * arrives after the cut is healed, as it would with TCP. The other kind closes all connections and
 * every new one.
 */
public final class CuttingRelay implements AutoCloseable {
  /** An option of every member's JVM. */
  public static final String CALL_FROM_OWN_ADDRESS = "-Dhazelcast.socket.client.bind.any=false";

  /** What becomes of what one member says to another. */
  private enum Way {
    OPEN,
    SILENT,
    CLOSED
  }

  private static final int BUFFER = 1 << 14;
  private static final int BACKLOG = 256;
  private static final int STRANGER = -1;

  private final int members;
  private final List<Integer> ports;
  private final List<Listener> listeners = new ArrayList<>();
  private final Set<Passage> passages = ConcurrentHashMap.newKeySet();

  /** By who says and who is told. Guarded by this. */
  private final Way[][] ways;

  private CuttingRelay(int members) throws IOException {
    this.members = members;
    this.ports = Ports.free(members);
    this.ways = new Way[members][members];
    heal();
    for (int member = 0; member < members; member++) {
      listeners.add(new Listener(member));
    }
  }

  /** Members are told by numbers from zero. */
  public static CuttingRelay between(int members) throws IOException {
    return new CuttingRelay(members);
  }

  /** Where the member itself is to listen. */
  public String listens(int member) {
    return "127.0.0.1:" + ports.get(member);
  }

  /** Where the others reach it. */
  public String address(int member) {
    return host(member) + ':' + listeners.get(member).port;
  }

  private static String host(int member) {
    return "127.0.1." + (member + 1);
  }

  /** Nothing passes between the two, and neither is told so. */
  public void silence(int one, int other) {
    set(one, other, Way.SILENT);
    set(other, one, Way.SILENT);
  }

  /** What {@code from} says does not reach {@code to}; what that one says arrives. */
  public void silenceOneWay(int from, int to) {
    set(from, to, Way.SILENT);
  }

  /** All connections between the two are closed, and each new one. */
  public void close(int one, int other) {
    set(one, other, Way.CLOSED);
    set(other, one, Way.CLOSED);
    for (Passage passage : passages) {
      if (passage.isBetween(one, other)) {
        passage.abort();
      }
    }
  }

  public void heal(int one, int other) {
    set(one, other, Way.OPEN);
    set(other, one, Way.OPEN);
  }

  /** Heals everything. */
  public void heal() {
    for (int one = 0; one < members; one++) {
      for (int other = 0; other < members; other++) {
        set(one, other, Way.OPEN);
      }
    }
  }

  /** Silence between one member and all others. */
  public void isolate(int member) {
    for (int other = 0; other < members; other++) {
      if (other != member) {
        silence(member, other);
      }
    }
  }

  /** Has nobody answer at a member's address: its process is not there. */
  public void gone(int member) throws IOException {
    listeners.get(member).stop();
  }

  /** Its process is there again. */
  public void back(int member) throws IOException {
    listeners.get(member).start();
  }

  private synchronized void set(int from, int to, Way way) {
    ways[from][to] = way;
    notifyAll();
  }

  private synchronized void wake() {
    notifyAll();
  }

  /** Waits through silence. Returns whether something may pass, or else is to be closed. */
  private synchronized boolean awaitPassing(int from, int to, Passage passage)
      throws InterruptedException {
    if (from == STRANGER || to == STRANGER) {
      return true;
    }
    while (ways[from][to] == Way.SILENT && !passage.closed) {
      wait();
    }
    return ways[from][to] == Way.OPEN && !passage.closed;
  }

  private int caller(InetAddress address) throws UnknownHostException {
    for (int member = 0; member < members; member++) {
      if (InetAddress.getByName(host(member)).equals(address)) {
        return member;
      }
    }
    return STRANGER;
  }

  /** Where a member is reached. The port stays its own when it is not there. */
  private final class Listener {
    private final int member;
    private final int port;
    private ServerSocket socket;
    private Thread accepting;

    Listener(int member) throws IOException {
      this.member = member;
      this.socket = open(0);
      this.port = socket.getLocalPort();
      this.accepting = Thread.ofVirtual().start(() -> accept(socket));
    }

    private ServerSocket open(int wanted) throws IOException {
      var fresh = new ServerSocket();
      fresh.setReuseAddress(true);
      fresh.bind(new InetSocketAddress(host(member), wanted), BACKLOG);
      return fresh;
    }

    private void accept(ServerSocket from) {
      try {
        while (true) {
          Socket calling = from.accept();
          var passage = new Passage(caller(calling.getInetAddress()), member, calling);
          passages.add(passage);
          Thread.ofVirtual().start(passage::run);
        }
      } catch (IOException _) {
        // Stopped.
      }
    }

    /** The port is free once nobody waits at it. */
    synchronized void stop() throws IOException {
      socket.close();
      try {
        accepting.join();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    synchronized void start() throws IOException {
      if (socket.isClosed()) {
        ServerSocket fresh = open(port);
        socket = fresh;
        accepting = Thread.ofVirtual().start(() -> accept(fresh));
      }
    }
  }

  /** One connection through here. */
  private final class Passage {
    private final int from;
    private final int to;
    private final Socket calling;
    private final Socket called = new Socket();
    private final AtomicInteger ended = new AtomicInteger();
    private volatile boolean closed;

    Passage(int from, int to, Socket calling) {
      this.from = from;
      this.to = to;
      this.calling = calling;
    }

    boolean isBetween(int one, int other) {
      return (from == one && to == other) || (from == other && to == one);
    }

    void run() {
      try {
        if (!awaitPassing(from, to, this)) {
          abort();
          return;
        }
        called.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(to)));
        calling.setTcpNoDelay(true);
        called.setTcpNoDelay(true);
      } catch (IOException _) {
        close();
        return;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
      Thread.ofVirtual().start(() -> pass(called, calling, to, from));
      pass(calling, called, from, to);
    }

    /** An end passes as all else does: only where something may. */
    private void pass(Socket source, Socket sink, int says, int told) {
      try {
        byte[] buffer = new byte[BUFFER];
        InputStream in = source.getInputStream();
        OutputStream out = sink.getOutputStream();
        int count = read(in, buffer);
        while (awaitPassing(says, told, this) && count >= 0) {
          out.write(buffer, 0, count);
          count = read(in, buffer);
        }
        sink.shutdownOutput();
        if (ended.incrementAndGet() == 2) {
          close();
        }
      } catch (IOException _) {
        // Nobody takes it any more.
        close();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    /** A connection that breaks ends, as the relay cannot break its other half before that. */
    private static int read(InputStream in, byte[] buffer) {
      try {
        return in.read(buffer);
      } catch (IOException _) {
        return -1;
      }
    }

    /** What was passed on before still arrives. */
    void close() {
      closed = true;
      passages.remove(this);
      wake();
      close(calling);
      close(called);
    }

    void abort() {
      try {
        calling.setSoLinger(true, 0);
        called.setSoLinger(true, 0);
      } catch (IOException _) {
        // It was closed already.
      }
      close();
    }

    private static void close(Socket socket) {
      try {
        socket.close();
      } catch (IOException _) {
        // It was closed already.
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (Listener listener : listeners) {
      listener.stop();
    }
    passages.forEach(Passage::close);
  }
}
