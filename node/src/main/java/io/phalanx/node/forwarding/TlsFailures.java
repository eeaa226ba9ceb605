package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.Failure.UpstreamFault.Kind;
import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a failed handshake means, and says. */
final class TlsFailures {
  private static final int MAX_CAUSES = 8;

  private TlsFailures() {}

  /**
   * {@link Kind#TLS} for what is wrong in this node's eyes, as Traefik does; a server that refuses
   * this node, or goes away, is one that closed.
   */
  static Kind kind(IOException failure) {
    boolean refusedByServer = String.valueOf(failure.getMessage()).contains("Received fatal alert");
    return failure instanceof SSLException && !refusedByServer ? Kind.TLS : Kind.CLOSED;
  }

  static String reason(IOException failure) {
    Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (cause instanceof CertificateException) {
        return String.valueOf(cause.getMessage());
      }
      cause = cause.getCause();
    }
    return "the TLS handshake failed: " + message(failure);
  }

  private static String message(Throwable failure) {
    @Nullable String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
