package io.phalanx.node.health;

import io.phalanx.node.exchange.Forwarder;
import io.phalanx.node.exchange.IoThread;
import io.phalanx.node.tcp.TcpForwarder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Asks servers as requests are sent to them: by the same transports, so that TLS, HTTP/2 and all
 * that a {@code serversTransport} says are the same, on I/O threads, and without waiting.
 */
public final class ForwardedProbes implements Prober {
  private final Forwarder forwarder;
  private final TcpForwarder tcp;
  private final List<IoThread> threads;

  public ForwardedProbes(Forwarder forwarder, TcpForwarder tcp, List<IoThread> threads) {
    this.forwarder = forwarder;
    this.tcp = tcp;
    this.threads = List.copyOf(threads);
  }

  @Override
  public void ask(Inquiry inquiry, Consumer<Optional<String>> told) {
    switch (inquiry) {
      case Question question -> ask(question, told);
      case TcpQuestion(TcpForwarder.Target target, TcpForwarder.Probe probe) ->
          threadOf(target).execute(() -> tcp.probe(target, probe, told));
    }
  }

  /** One server's on the same thread each time, which keeps a connection to it. */
  private IoThread threadOf(Object server) {
    return threads.get(Math.floorMod(server.hashCode(), threads.size()));
  }

  private void ask(Question question, Consumer<Optional<String>> told) {
    IoThread thread = threadOf(question.target().url());
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
