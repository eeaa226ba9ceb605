package io.phalanx.node.tcp;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes connections to servers. All calls but {@link #target} are on I/O threads. */
public interface TcpForwarder {
  /** How servers are reached, made of options. Two of equal options are equal. */
  interface Transport {}

  /** A server, and the way to it. Two that are the same are equal. */
  interface Target {
    /** As it was written, for logs and metrics. */
    String text();
  }

  /**
   * What a server is asked.
   *
   * @param send what is sent first; empty: nothing
   * @param expect what has to come then; empty: nothing
   * @param timeout for all of it
   */
  record Probe(String send, String expect, Duration timeout) {}

  /**
   * @param address host and port
   * @param tls whether it is spoken to by TLS
   * @throws IllegalArgumentException if nothing can be sent there; the message says why
   */
  Target target(String address, boolean tls, Transport transport);

  /** Connects the client with the server until both have ended; closes it if there is no way. */
  void forward(TcpClient client, Target target);

  /**
   * Connects, says something, and looks at what comes.
   *
   * @param told called once: what is wrong with the server, in words; empty if it is well
   */
  void probe(Target target, Probe probe, Consumer<Optional<String>> told);
}
