package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.it.harness.TrustEveryone;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS on both sides of the proxy, with certificates from the case's directory. */
final class Tls {
  private static final char[] NO_PASSWORD = new char[0];
  private static final List<String> VERSIONS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

  private Tls() {}

  /** A client that trusts anyone and shows what it was given. */
  static SSLSocket client(Socket socket, Spec tls, String host, Placeholders placeholders)
      throws IOException, GeneralSecurityException {
    KeyManager[] keys =
        tls.has("cert")
            ? ShownAnyway.of(
                keys(
                    placeholders.path(tls.text("cert", "")),
                    placeholders.path(tls.text("key", ""))))
            : new KeyManager[0];
    SSLContext context = TrustEveryone.context(keys);
    var layered =
        (SSLSocket) context.getSocketFactory().createSocket(socket, host, socket.getPort(), true);
    SSLParameters parameters = layered.getSSLParameters();
    String name = tls.text("sni", host.split(":")[0]);
    parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
    parameters.setApplicationProtocols(tls.texts("alpn").toArray(String[]::new));
    int lowest = VERSIONS.indexOf(tls.text("min", "TLSv1.2").replace('_', '.'));
    int highest = VERSIONS.indexOf(tls.text("max", "TLSv1.3").replace('_', '.'));
    parameters.setProtocols(VERSIONS.subList(lowest, highest + 1).toArray(String[]::new));
    layered.setSSLParameters(parameters);
    layered.startHandshake();
    return layered;
  }

  static Map<String, Object> shown(SSLSocket socket) throws IOException {
    var leaf = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    String protocol = Optional.ofNullable(socket.getApplicationProtocol()).orElse("");
    return Map.of(
        "version",
        socket.getSession().getProtocol(),
        "alpn",
        protocol.isEmpty() ? Comparison.NULL : protocol,
        "subject",
        "subject=" + leaf.getSubjectX500Principal().getName());
  }

  /** Server sockets for {@code upstream_tls}. */
  static ServerSocketFactory servers(Spec tls, Placeholders placeholders)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    TrustManager[] trust = null;
    if (tls.has("client_ca")) {
      KeyStore store = emptyStore();
      store.setCertificateEntry(
          "ca", certificates(placeholders.path(tls.text("client_ca", ""))).getFirst());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      trust = factory.getTrustManagers();
    }
    context.init(
        keys(placeholders.path(tls.text("cert", "")), placeholders.path(tls.text("key", ""))),
        trust,
        null);
    SSLServerSocketFactory plain = context.getServerSocketFactory();
    if (!tls.has("client_ca")) {
      return plain;
    }
    return new DemandingFactory(plain);
  }

  private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static KeyManager[] keys(Path certificate, Path key)
      throws IOException, GeneralSecurityException {
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "own", privateKey(key), NO_PASSWORD, certificates(certificate).toArray(Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private static List<? extends Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    var in = new ByteArrayInputStream(Files.readAllBytes(file));
    return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    String text =
        Files.readString(file, US_ASCII).replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
    var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text));
    return KeyFactory.getInstance("EC").generatePrivate(spec);
  }

  /** Sockets that want a certificate of the client. */
  private static final class DemandingFactory extends ServerSocketFactory {
    private final SSLServerSocketFactory plain;

    DemandingFactory(SSLServerSocketFactory plain) {
      this.plain = plain;
    }

    private static java.net.ServerSocket demanding(java.net.ServerSocket socket) {
      ((SSLServerSocket) socket).setNeedClientAuth(true);
      return socket;
    }

    @Override
    public java.net.ServerSocket createServerSocket(int port) throws IOException {
      return demanding(plain.createServerSocket(port));
    }

    @Override
    public java.net.ServerSocket createServerSocket(int port, int backlog) throws IOException {
      return demanding(plain.createServerSocket(port, backlog));
    }

    @Override
    public java.net.ServerSocket createServerSocket(
        int port, int backlog, java.net.InetAddress address) throws IOException {
      return demanding(plain.createServerSocket(port, backlog, address));
    }
  }
}
