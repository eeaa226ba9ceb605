package io.phalanx.it.hostile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * Clients that ask at a constant rate. A request that is late because the one before was answered
 * late counts from when it was due; one that is late because this program was, does not.
 */
final class PoliteClients {
  /** How they ask. */
  enum Kind {
    KEPT(4, 40),
    ANEW(2, 100),
    HTTP2(4, 40);

    private final int clients;
    private final int periodMillis;

    Kind(int clients, int periodMillis) {
      this.clients = clients;
      this.periodMillis = periodMillis;
    }
  }

  private final int port;
  private final int securePort;
  private final Map<Kind, Latencies> latencies = new EnumMap<>(Kind.class);
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  private PoliteClients(int port, int securePort) {
    this.port = port;
    this.securePort = securePort;
    for (Kind kind : Kind.values()) {
      latencies.put(kind, new Latencies());
    }
  }

  static PoliteClients start(int port, int securePort) throws IOException {
    var clients = new PoliteClients(port, securePort);
    for (Kind kind : Kind.values()) {
      for (int i = 0; i < kind.clients; i++) {
        Asker asker = clients.asker(kind);
        asker.ask();
        long offset = TimeUnit.MILLISECONDS.toNanos((long) i * kind.periodMillis / kind.clients);
        clients.threads.add(
            Thread.ofPlatform().start(() -> clients.keepAsking(kind, asker, offset)));
      }
    }
    return clients;
  }

  private Asker asker(Kind kind) throws IOException {
    return switch (kind) {
      case KEPT -> Asker.kept(port);
      case ANEW -> Asker.anew(port);
      case HTTP2 -> Asker.http2(securePort);
    };
  }

  private void keepAsking(Kind kind, Asker asker, long offset) {
    long period = TimeUnit.MILLISECONDS.toNanos(kind.periodMillis);
    long due = System.nanoTime() + offset;
    try (asker) {
      while (!stopped) {
        long early = due - System.nanoTime();
        if (early > 0) {
          TimeUnit.NANOSECONDS.sleep(early);
        }
        long start = early > 0 ? System.nanoTime() : due;
        asker.ask();
        latencies(kind).add(System.nanoTime() - start);
        due += period;
      }
    } catch (IOException e) {
      failures.add(kind + ": " + e);
    } catch (InterruptedException _) {
      failures.add(kind + ": interrupted");
    }
  }

  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  Latencies latencies(Kind kind) {
    return Objects.requireNonNull(latencies.get(kind));
  }

  /** What went wrong; each of these clients gives up at once. */
  List<String> failures() {
    return List.copyOf(failures);
  }
}
