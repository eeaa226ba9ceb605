package io.phalanx.it.harness;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that ask without a pause, each over a connection that is kept, until they are told to
 * stop.
 */
public final class Load {
  /** Of one client; a test that failed does not stop its load, which would fail for ever. */
  private static final int MOST_FAILURES = 1_000;

  private final List<Thread> threads = new ArrayList<>();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicLong answers = new AtomicLong();
  private volatile boolean stopped;

  public static Load on(Client client, List<Integer> ports, String path, int clientsPerPort) {
    var load = new Load();
    for (int port : ports) {
      for (int i = 0; i < clientsPerPort; i++) {
        load.threads.add(Thread.ofVirtual().start(() -> load.ask(client, port, path)));
      }
    }
    return load;
  }

  private void ask(Client client, int port, String path) {
    int failed = 0;
    while (!stopped && failed < MOST_FAILURES) {
      try {
        int status = client.get(port, path).statusCode();
        answers.incrementAndGet();
        if (status != 200) {
          failed++;
          failures.add("status " + status + " on " + port);
        }
      } catch (IOException e) {
        failed++;
        failures.add(e + " on " + port);
      } catch (InterruptedException _) {
        return;
      }
    }
  }

  /** Ends the load; what went wrong during it. */
  public List<String> stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(failures);
  }

  public long answers() {
    return answers.get();
  }
}
