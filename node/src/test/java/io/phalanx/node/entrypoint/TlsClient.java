package io.phalanx.node.entrypoint;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A TLS client that trusts everybody, and remembers sessions as long as it lives. */
final class TlsClient {
  final SSLContext context;
  String[] protocols = {"TLSv1.3", "TLSv1.2"};
  String[] alpn = {};

  TlsClient() {
    try {
      context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Anyone()}, null);
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
