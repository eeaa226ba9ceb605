package io.phalanx.node.entrypoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TestCertificates.Kind;
import io.phalanx.node.tls.TlsEngines;
import io.phalanx.providers.dynamic.Tls;
import java.io.IOException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

final class TlsHandshakeTest {
  private static final Tls.Certificate A = TestCertificates.of(Kind.P256, "a.test");

  @Test
  void whateverBreaksLeavesNothing() throws Exception {
    var options = new Rig.Options();
    options.tls =
        TestCertificates.table(
            TlsEngines.jsse(
                _ -> new byte[32],
                () -> {
                  throw new StackOverflowError("broken");
                }),
            A);
    try (var rig = new Rig(options)) {
      try (SSLSocket socket = new TlsClient().connect(rig.entryPoint.address(), "a.test")) {
        assertThat(end(socket)).isTrue();
      }
      assertThat(rig.entryPoint.failedHandshakes()).isEqualTo(1);
      Rig.eventually(() -> rig.workers.buffersOut() == 0);
    }
  }

  /** Whether the connection ends without an answer, and not because nothing came for too long. */
  private static boolean end(SSLSocket socket) {
    try {
      socket.startHandshake();
      return false;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true;
    }
  }
}
