package io.phalanx.node.tls;

import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What is offered in a handshake, in the JDK's names.
 *
 * @param cipherSuites empty for the JDK's own choice
 * @param groups for the key exchange; empty for the JDK's own choice
 * @param applicationProtocols of which those are offered that the entry point serves
 * @param resumable whether a session may be taken up again by a later connection
 * @param strict whether a client has to ask for a name that a certificate has
 * @param clients which certificates clients have to show
 * @param engines by whom it is served
 */
public record TlsTerms(
    List<String> protocols,
    List<String> cipherSuites,
    List<String> groups,
    List<String> applicationProtocols,
    boolean strict,
    boolean resumable,
    ClientCertificates clients,
    TlsEngines engines) {
  /** For an authority that looks for its challenge: the platform's own, whatever users want. */
  public static final TlsTerms VALIDATION =
      new TlsTerms(
          List.of("TLSv1.3", "TLSv1.2"),
          List.of(),
          List.of(),
          List.of(ClientHello.VALIDATION_PROTOCOL),
          false,
          false);

  /** Asks clients for no certificate, by the platform. */
  public TlsTerms(
      List<String> protocols,
      List<String> cipherSuites,
      List<String> groups,
      List<String> applicationProtocols,
      boolean strict,
      boolean resumable) {
    this(
        protocols,
        cipherSuites,
        groups,
        applicationProtocols,
        strict,
        resumable,
        ClientCertificates.NONE,
        TlsEngines.JSSE);
  }

  public TlsTerms {
    protocols = List.copyOf(protocols);
    cipherSuites = List.copyOf(cipherSuites);
    groups = List.copyOf(groups);
    applicationProtocols = List.copyOf(applicationProtocols);
  }

  /** A challenge, which nobody speaks behind TLS (RFC 8737). */
  private static final String ACME = "acme-tls/1";

  /**
   * What a session was agreed on under, but for the authorities of clients: the same on all nodes.
   */
  String identity() {
    return String.join(
        "\n",
        protocols.toString(),
        cipherSuites.toString(),
        groups.toString(),
        applicationProtocols.toString(),
        Boolean.toString(strict),
        clients.toString());
  }

  /** What is offered of it where others speak behind TLS: all that is wanted. */
  public List<String> offered() {
    return applicationProtocols.stream().filter(each -> !each.equals(ACME)).toList();
  }

  /** What is offered of it where these are served. */
  public List<String> offered(List<String> served) {
    return applicationProtocols.stream().filter(served::contains).toList();
  }

  /** The same where each direction of a connection ends by itself. */
  TlsTerms forTunnels() {
    return new TlsTerms(
        protocols,
        cipherSuites,
        groups,
        applicationProtocols,
        strict,
        resumable,
        clients,
        engines.forTunnels());
  }

  /** Sets a new server's engine up. */
  public void apply(SSLEngine engine, List<String> offered) {
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(protocols.toArray(String[]::new));
    if (!cipherSuites.isEmpty()) {
      parameters.setCipherSuites(cipherSuites.toArray(String[]::new));
    }
    parameters.setUseCipherSuitesOrder(true);
    parameters.setApplicationProtocols(offered.toArray(String[]::new));
    clients.apply(parameters);
    engine.setSSLParameters(parameters);
    engines.apply(engine, this);
  }
}
