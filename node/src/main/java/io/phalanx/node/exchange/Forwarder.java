package io.phalanx.node.exchange;

import java.net.URI;
import java.util.Optional;

/** Sends a request to a server and its answer back to the client. */
public interface Forwarder {
  /**
   * Takes the exchange over: the answer, or the failure, comes from here. Called on the exchange's
   * I/O thread; returns at once.
   */
  void forward(Exchange exchange, Target target);

  /**
   * Why requests cannot be sent to a server with this URL, in words; empty if they can. Asked when
   * a configuration is compiled: {@link #forward} is only called with what is supported.
   */
  default Optional<String> unsupported(URI url) {
    return Optional.empty();
  }

  /**
   * Lets go of what is kept for a target to which nobody else sends requests. Called on the I/O
   * thread that sent some there.
   */
  default void forget(Target target) {}

  /**
   * Where to send a request.
   *
   * @param url scheme, host and port of the server; its path counts only with {@code preservePath}
   * @param passHost whether the server gets the client's {@code Host}, else its own address
   * @param preservePath whether the server's path is put in front of the request's
   * @param transport how the server is reached
   */
  record Target(URI url, boolean passHost, boolean preservePath, Transport transport) {}

  /** A way to reach servers, made by the forwarder that is given it back. */
  interface Transport {}
}
