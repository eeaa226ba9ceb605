package io.phalanx.node.tcp;

/** What takes connections in the end: a service. Thread-safe. */
public interface TcpEndpoint {
  /** Takes a client's connection, or closes it. Called on its I/O thread. */
  void serve(TcpClient client);

  /** Whether it has anything that is up. */
  boolean isUp();

  /** Closes all. */
  TcpEndpoint NOTHING =
      new TcpEndpoint() {
        @Override
        public void serve(TcpClient client) {
          client.close();
        }

        @Override
        public boolean isUp() {
          return false;
        }
      };
}
