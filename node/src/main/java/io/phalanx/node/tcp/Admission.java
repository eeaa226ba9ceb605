package io.phalanx.node.tcp;

/** Decides whether a connection goes on: what a TCP middleware comes to. Thread-safe. */
@FunctionalInterface
public interface Admission {
  /** Runs {@code behind} on the client's I/O thread, at once or later, or closes the client. */
  void admit(TcpClient client, Runnable behind);
}
