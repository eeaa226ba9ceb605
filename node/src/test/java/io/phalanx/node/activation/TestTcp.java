package io.phalanx.node.activation;

import io.phalanx.cluster.local.LocalSlots;
import io.phalanx.node.tcp.TcpClient;
import io.phalanx.node.tcp.TcpForwarder;
import io.phalanx.providers.dynamic.TcpServersTransport;
import java.util.Optional;
import java.util.function.Consumer;

/** TCP for tests that are about something else. */
public final class TestTcp {
  /** Nothing is sent. */
  public static final TcpParts PARTS =
      new TcpParts(
          new Nowhere(),
          _ -> new TcpForwarder.Transport() {},
          TcpServersTransport.STANDARD,
          new LocalSlots(),
          new LocalSlots(),
          () -> true);

  private TestTcp() {}

  private record To(String text) implements TcpForwarder.Target {}

  private static final class Nowhere implements TcpForwarder {
    @Override
    public Target target(String address, boolean tls, Transport transport) {
      if (address.indexOf(':') < 0) {
        throw new IllegalArgumentException('"' + address + "\" has no port");
      }
      return new To(address);
    }

    @Override
    public void forward(TcpClient client, Target target) {
      throw new IllegalStateException("nothing is forwarded here");
    }

    @Override
    public void probe(Target target, Probe probe, Consumer<Optional<String>> told) {
      throw new IllegalStateException("nobody is to be asked");
    }
  }
}
