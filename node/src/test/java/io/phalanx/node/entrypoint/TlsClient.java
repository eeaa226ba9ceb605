package io.phalanx.node.entrypoint;

import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** A TLS client that trusts everybody, and remembers sessions as long as it lives. */
final class TlsClient {
  final SSLContext context;
  String[] protocols = {"TLSv1.3", "TLSv1.2"};
  String[] alpn = {};

  TlsClient() {
    this(new KeyManager[0]);
  }

  /** Shows a certificate to whoever asks for one, whatever authorities are named. */
  TlsClient(Credentials shown) {
    this(new KeyManager[] {new Shown(shown)});
  }

  private TlsClient(KeyManager[] keys) {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new Anyone()}, null);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * What one request on a connection of its own came to.
   *
   * @param name the common name that the server showed
   * @param alpn the protocol that was chosen, empty if none
   * @param created when the session was made: the same for one that was taken up again
   */
  record Outcome(String name, String version, String alpn, long created, String answer) {}

  Outcome get(InetSocketAddress address, String serverName) throws IOException {
    try (SSLSocket socket = connect(address, serverName)) {
      socket.startHandshake();
      String host = serverName.isEmpty() ? "none.test" : serverName;
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      SSLSession session = socket.getSession();
      return new Outcome(
          commonName((X509Certificate) session.getPeerCertificates()[0]),
          session.getProtocol(),
          socket.getApplicationProtocol() == null ? "" : socket.getApplicationProtocol(),
          ((ExtendedSSLSession) session).getCreationTime(),
          answer);
    }
  }

  SSLSocket connect(InetSocketAddress address, String serverName) throws IOException {
    var plain = new Socket(address.getAddress(), address.getPort());
    plain.setSoTimeout(10_000);
    return over(plain, serverName);
  }

  SSLSocket over(Socket plain, String serverName) throws IOException {
    // Sessions are remembered by name and port, so the name has to be given here.
    var socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    plain, serverName.isEmpty() ? "127.0.0.1" : serverName, plain.getPort(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(protocols);
    parameters.setApplicationProtocols(alpn);
    parameters.setServerNames(
        serverName.isEmpty() ? List.of() : List.of(new SNIHostName(serverName)));
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static String commonName(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName().replaceFirst("^CN=", "");
  }

  private static final class Shown extends X509ExtendedKeyManager {
    private static final String ALIAS = "shown";

    private final Credentials credentials;

    Shown(Credentials credentials) {
      this.credentials = credentials;
    }

    @Override
    public String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return ALIAS;
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return credentials.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return credentials.key();
    }
  }

  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
