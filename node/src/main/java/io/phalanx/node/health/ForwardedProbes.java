package io.phalanx.node.health;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.IoThread;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks servers as requests are sent to them: by the same transports, so that TLS, HTTP/2 and all
 * that a {@code serversTransport} says are the same, on I/O threads, and without waiting.
 */
public final class ForwardedProbes implements Prober {
  private final Forwarder forwarder;
  private final List<IoThread> threads;

  public ForwardedProbes(Forwarder forwarder, List<IoThread> threads) {
    this.forwarder = forwarder;
    this.threads = List.copyOf(threads);
  }

  /** One server's on the same thread each time, which keeps a connection to it. */
  @Override
  public void ask(Question question, Consumer<Optional<String>> told) {
    IoThread thread =
        threads.get(Math.floorMod(question.target().url().hashCode(), threads.size()));
    thread.execute(
        () -> {
          var probe = new Probe(question, forwarder, thread, told);
          try {
            probe.start();
          } catch (RuntimeException e) {
            probe.tell(Optional.of("it cannot be asked: " + e));
          }
        });
  }
}
