package io.phalanx.node.forwarding;

import io.phalanx.providers.pem.ClientKeys;
import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS of one transport: its own context, so that a session is only ever taken up again under the
 * rules under which it was made.
 */
final class ServerTls {
  private static final char[] NO_PASSWORD = {};

  private final TlsOptions options;
  private final SSLContext context;

  private ServerTls(TlsOptions options, SSLContext context) {
    this.options = options;
    this.context = context;
  }

  /**
   * Reads what the platform trusts, if nothing else is given, so it may wait for the disk.
   *
   * @throws IllegalArgumentException if the platform cannot do what {@code options} say
   */
  static ServerTls of(TlsOptions options) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      var verifier = new ServerVerifier(chains(options), options.identity(), options.serverName());
      context.init(keys(options), new TrustManager[] {verifier}, null);
      return new ServerTls(options, context);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("TLS to servers cannot be set up: " + e.getMessage(), e);
    }
  }

  private static X509ExtendedTrustManager chains(TlsOptions options)
      throws GeneralSecurityException, IOException {
    KeyStore roots = null;
    if (!options.roots().isEmpty()) {
      roots = emptyStore();
      for (int i = 0; i < options.roots().size(); i++) {
        roots.setCertificateEntry("root" + i, options.roots().get(i));
      }
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(roots);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager chains) {
        return chains;
      }
    }
    throw new GeneralSecurityException("the platform checks no chains");
  }

  private static KeyManager[] keys(TlsOptions options) {
    return new KeyManager[] {
      new ClientKeys(
          options.keys().stream().map(key -> new Credentials(key.chain(), key.key())).toList())
    };
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  /**
   * An engine for one connection to {@code server}.
   *
   * @param protocols what is offered by ALPN, first choice first; nothing if empty
   */
  SSLEngine engine(ServerAddress server, List<String> protocols) {
    SSLEngine engine = context.createSSLEngine(server.host(), server.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setServerNames(names(options.serverName().orElse(server.host())));
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    if (!options.protocols().isEmpty()) {
      parameters.setProtocols(options.protocols().toArray(String[]::new));
    }
    if (!options.cipherSuites().isEmpty()) {
      parameters.setCipherSuites(suites(parameters.getCipherSuites()));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private String[] suites(String[] standard) {
    var suites = new ArrayList<>(options.cipherSuites());
    Arrays.stream(standard).filter(ServerTls::isOfTls13).forEach(suites::add);
    return suites.stream().distinct().toArray(String[]::new);
  }

  private static boolean isOfTls13(String suite) {
    return suite.startsWith("TLS_") && !suite.contains("_WITH_") && !suite.endsWith("_SCSV");
  }

  /** SNI has names only, no addresses (RFC 6066, section 3). */
  private static List<SNIServerName> names(String host) {
    if (HostNames.address(host).isPresent()) {
      return List.of();
    }
    Optional<SNIServerName> name;
    try {
      name = Optional.of(new SNIHostName(HostNames.ascii(host)));
    } catch (IllegalArgumentException _) {
      // A name with an underscore, say, which is no host name.
      name = Optional.empty();
    }
    return name.stream().toList();
  }
}
