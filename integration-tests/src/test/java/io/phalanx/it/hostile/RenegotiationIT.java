package io.phalanx.it.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.phalanx.it.harness.Client;
import io.phalanx.it.harness.NodeProcess;
import io.phalanx.it.harness.Ports;
import io.phalanx.it.harness.TrustEveryone;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client has one handshake on a connection, and is who it was then: another one would cost as
 * much as a new connection, beside all that bounds those, and could show another certificate.
 */
class RenegotiationIT {
  private static final byte[] REQUEST =
      "GET /ready HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1);

  @TempDir private Path directory;

  @Test
  void aClientThatWantsToRenegotiateIsCutOff() throws Exception {
    int port = Ports.free(1).getFirst();
    try (NodeProcess _ = NodeProcess.inFrontOf("http://127.0.0.1:1", port, directory, List.of());
        var client = new Client();
        var socket = (SSLSocket) TrustEveryone.context().getSocketFactory().createSocket()) {
      client.await(port, "/ready", "OK", Duration.ofMinutes(1));
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(REQUEST);
      assertThat(socket.getInputStream().read()).isEqualTo('H');

      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () -> {
                socket.startHandshake();
                socket.getOutputStream().write(REQUEST);
                socket.getInputStream().readAllBytes();
              })
          .isNotInstanceOf(SocketTimeoutException.class);
      assertThat(client.get(port, "/ready").statusCode()).isEqualTo(200);
    }
  }
}
