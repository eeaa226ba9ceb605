package io.phalanx.node.tcp;

import java.util.List;

/**
 * A TCP router, ready to serve.
 *
 * @param router its qualified name
 * @param admissions its middlewares, in their order
 */
public record TcpRoute(
    String router, Encryption encryption, List<Admission> admissions, TcpEndpoint endpoint) {
  /** What becomes of a client's TLS. */
  public sealed interface Encryption {
    /** There is none. */
    record None() implements Encryption {}

    /** It goes through to the server. */
    record Passthrough() implements Encryption {}

    /**
     * It ends here.
     *
     * @param options qualified name of the TLS options
     */
    record Terminated(String options) implements Encryption {}
  }

  public TcpRoute {
    admissions = List.copyOf(admissions);
  }

  /** Called on the client's I/O thread; behind TLS, if that ends here. */
  public void serve(TcpClient client) {
    admit(client, 0);
  }

  private void admit(TcpClient client, int number) {
    if (number == admissions.size()) {
      endpoint.serve(client);
    } else {
      admissions.get(number).admit(client, () -> admit(client, number + 1));
    }
  }
}
