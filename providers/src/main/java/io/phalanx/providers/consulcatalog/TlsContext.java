package io.phalanx.providers.consulcatalog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.providers.pem.ClientKeys;
import io.phalanx.providers.pem.Credentials;
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
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS towards Consul, of PEM files or their content. */
final class TlsContext {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private TlsContext() {}

  /**
   * @throws IOException if a file cannot be read or is not what it should be; the message names the
   *     option and holds nothing of a key
   */
  static SSLContext of(ConsulCatalogOptions.Tls options) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(keys(options), trust(options), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("endpoint.tls cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager @Nullable [] trust(ConsulCatalogOptions.Tls options)
      throws IOException, GeneralSecurityException {
    if (options.insecureSkipVerify()) {
      return new TrustManager[] {new Anyone()};
    }
    if (options.ca().isEmpty()) {
      return null;
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates("endpoint.tls.ca", options.ca().get())) {
      store.setCertificateEntry("ca" + number++, certificate);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(ConsulCatalogOptions.Tls options)
      throws IOException, GeneralSecurityException {
    if (options.cert().isEmpty() || options.key().isEmpty()) {
      return null;
    }
    Collection<? extends Certificate> chain =
        certificates("endpoint.tls.cert", options.cert().get());
    PrivateKey key = privateKey(pem("endpoint.tls.key", options.key().get().value()));
    return new KeyManager[] {
      new ClientKeys(
          List.of(new Credentials(chain.stream().map(X509Certificate.class::cast).toList(), key)))
    };
  }

  private static String pem(String option, String fileOrContent) throws IOException {
    if (fileOrContent.contains("-----BEGIN ")) {
      return fileOrContent;
    }
    try {
      return Files.readString(Path.of(fileOrContent));
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(option + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Collection<? extends Certificate> certificates(String option, String fileOrContent)
      throws IOException {
    try {
      byte[] text = pem(option, fileOrContent).getBytes(US_ASCII);
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(text));
      if (certificates.isEmpty()) {
        throw new IOException(option + " holds no certificate");
      }
      return certificates;
    } catch (GeneralSecurityException e) {
      throw new IOException(option + " holds no certificate: " + e.getMessage(), e);
    }
  }

  private static PrivateKey privateKey(String pem) throws IOException, GeneralSecurityException {
    Matcher found = PKCS8.matcher(pem);
    if (!found.find()) {
      throw new IOException("endpoint.tls.key is not a PKCS #8 key (BEGIN PRIVATE KEY) in PEM");
    }
    var spec = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException _) {
        // Of another kind.
      }
    }
    throw new IOException("endpoint.tls.key is neither an RSA nor an EC nor an Ed25519 key");
  }

  /** {@code insecureSkipVerify}: what the user asked for. */
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
