package io.phalanx.it.soak;

import io.phalanx.it.soak.Http1Clients.Opener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/** Clients of all kinds at one time, each kind as often as the others. */
final class Traffic {
  private static final int CLIENTS = 24;
  private static final int SMALL_BUFFER = 4096;

  /** One connection's worth of behaviour. */
  private interface Behaviour {
    void run() throws IOException;
  }

  private record Kind(String name, Behaviour behaviour) {}

  private final List<Kind> kinds = new ArrayList<>();
  private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> brokenOff = new ConcurrentHashMap<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  Traffic(int port) {
    var trusting = new Trusting();
    Opener plain = () -> new Socket(InetAddress.getLoopbackAddress(), port);
    Opener tls = () -> trusting.open(port, "http/1.1");
    Opener tlsForHttp2 = () -> trusting.open(port, "h2");
    http1("h1", new Http1Clients(plain));
    http1("h1 tls", new Http1Clients(tls));
    http2("h2c", new Http2Clients(plain));
    http2("h2 tls", new Http2Clients(tlsForHttp2));
    Opener small = () -> trusting.open(port, "h2", SMALL_BUFFER);
    kinds.add(new Kind("h2 tls with little room asks", new Http2Clients(small)::asksForMuch));
    kinds.add(
        new Kind(
            "tls handshake broken off",
            () -> {
              try (Socket socket = plain.open()) {
                socket.getOutputStream().write(new byte[] {22, 3, 1, 0, 100, 1, 0});
                socket.setSoLinger(true, 0);
              }
            }));
  }

  private void http1(String name, Http1Clients clients) {
    kinds.add(new Kind(name + " asks", clients::asks));
    kinds.add(new Kind(name + " uploads", clients::uploads));
    kinds.add(new Kind(name + " breaks off an upload", clients::breaksOffAnUpload));
    kinds.add(new Kind(name + " breaks off a download", clients::breaksOffADownload));
    kinds.add(new Kind(name + " asks a bad server", clients::asksABadServer));
    kinds.add(new Kind(name + " asks a silent server", clients::asksASilentServer));
    kinds.add(new Kind(name + " tunnels", clients::tunnels));
    kinds.add(new Kind(name + " is slow", clients::isSlow));
    kinds.add(new Kind(name + " is malformed", clients::isMalformed));
  }

  private void http2(String name, Http2Clients clients) {
    kinds.add(new Kind(name + " asks", clients::asks));
    kinds.add(new Kind(name + " resets rapidly", clients::resetsRapidly));
    kinds.add(new Kind(name + " breaks off uploads", clients::breaksOffUploads));
    kinds.add(new Kind(name + " reads nothing", clients::readsNothing));
    kinds.add(new Kind(name + " asks bad servers", clients::asksBadServers));
    kinds.add(new Kind(name + " is malformed", clients::isMalformed));
  }

  /** Runs for so long, and until all clients are at their end. */
  void run(Duration duration) throws InterruptedException {
    long end = System.nanoTime() + duration.toNanos();
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < CLIENTS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (System.nanoTime() < end) {
                      run(kinds.get(ThreadLocalRandom.current().nextInt(kinds.size())));
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** An I/O error is part of the game where somebody breaks something off; no answer is not. */
  private void run(Kind kind) {
    count(done, kind);
    try {
      kind.behaviour().run();
    } catch (IOException e) {
      count(brokenOff, kind);
      if (kind.name().endsWith(" asks")) {
        fail(kind, e.toString());
      }
    } catch (AssertionError e) {
      fail(kind, String.valueOf(e.getMessage()));
    }
  }

  /** With the time, by which it is found in the log of the node. */
  private void fail(Kind kind, String what) {
    failures.add(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + kind.name() + ": " + what);
  }

  private static void count(Map<String, LongAdder> counters, Kind kind) {
    counters.computeIfAbsent(kind.name(), _ -> new LongAdder()).increment();
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  /** How often each kind was there, and how often it saw its connection break. */
  String report() {
    var text = new StringBuilder();
    long all = 0;
    for (Map.Entry<String, LongAdder> entry : new TreeMap<>(done).entrySet()) {
      long broken = brokenOff.getOrDefault(entry.getKey(), new LongAdder()).sum();
      all += entry.getValue().sum();
      text.append(
          "  %-32s %8d, broken %d%n".formatted(entry.getKey(), entry.getValue().sum(), broken));
    }
    return "%d connections%n%s".formatted(all, text);
  }
}
