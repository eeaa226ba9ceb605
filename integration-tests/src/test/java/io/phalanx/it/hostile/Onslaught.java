package io.phalanx.it.hostile;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** One attack while it goes on: many connections, each made anew as soon as the node ended it. */
final class Onslaught {
  /** What is done with one connection; returns, or fails, when the node ended it. */
  @FunctionalInterface
  interface Script {
    void run(Onslaught onslaught, Socket socket) throws IOException, InterruptedException;
  }

  /** Addresses of the loopback that connections come from, so that ports do not run out. */
  private static final int SOURCES = 100;

  private static final int CONNECT_MILLIS = 5000;

  private final long end;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong numbers = new AtomicLong(System.nanoTime());
  private final LongAdder opened = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final LongAdder sent = new LongAdder();

  Onslaught(long nanos) {
    this.end = System.nanoTime() + nanos;
  }

  /** Runs the script on each of the connections, until the time is over. */
  void run(int connections, int port, Script script) throws InterruptedException {
    Thread[] threads = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      threads[i] = Thread.ofVirtual().start(() -> keepAttacking(port, script));
    }
    while (goesOn()) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    open.forEach(Onslaught::close);
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** One that was not given before. */
  long number() {
    return numbers.incrementAndGet();
  }

  boolean goesOn() {
    return System.nanoTime() < end;
  }

  private void keepAttacking(int port, Script script) {
    while (goesOn()) {
      Socket socket = new Socket();
      open.add(socket);
      try {
        connect(socket, port);
        opened.increment();
        script.run(this, socket);
      } catch (IOException _) {
        // Refused or ended: that is what is counted.
      } catch (InterruptedException _) {
        return;
      } finally {
        if (goesOn()) {
          ended.increment();
        }
        close(socket);
        open.remove(socket);
      }
    }
  }

  private void connect(Socket socket, int port) throws IOException {
    byte source = (byte) (2 + next.getAndIncrement() % SOURCES);
    socket.setReceiveBufferSize(1 << 14);
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, source}), 0));
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
    socket.setTcpNoDelay(true);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // It is of no use any more.
    }
  }

  void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    sent.add(bytes.length);
  }

  /** Drops what comes until the node ends the connection. */
  static void awaitEnd(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  /** The same beside what is sent, which fails from then on. */
  static void watch(Socket socket) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                awaitEnd(socket);
              } catch (IOException _) {
                // The end, too.
              }
              close(socket);
            });
  }

  /** Connections that were made, and ended by the node, and MiB that were sent. */
  String report() {
    return "%d %d %d".formatted(opened.sum(), ended.sum(), sent.sum() >> 20);
  }
}
