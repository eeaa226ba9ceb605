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
    while (!stopped) {
      try {
        int status = client.get(port, path).statusCode();
        answers.incrementAndGet();
        if (status != 200) {
          failures.add("status " + status + " on " + port);
        }
      } catch (IOException e) {
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
