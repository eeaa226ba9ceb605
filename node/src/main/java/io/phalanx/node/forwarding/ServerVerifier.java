package io.phalanx.node.forwarding;

import io.phalanx.node.forwarding.ServerIdentity.Anyone;
import io.phalanx.node.forwarding.ServerIdentity.HostName;
import io.phalanx.node.forwarding.ServerIdentity.Name;
import io.phalanx.node.forwarding.ServerIdentity.OneOf;
import io.phalanx.node.forwarding.ServerIdentity.SpiffeId;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Decides whether the certificate of a server is that of the server that was meant. */
final class ServerVerifier extends X509ExtendedTrustManager {
  private static final X509Certificate[] NONE = {};

  private final X509ExtendedTrustManager chains;
  private final ServerIdentity identity;
  private final Optional<String> serverName;

  /**
   * @param chains the platform's rules for chains, without any for names
   * @param serverName in place of the host that the engine was made for
   */
  ServerVerifier(
      X509ExtendedTrustManager chains, ServerIdentity identity, Optional<String> serverName) {
    this.chains = chains;
    this.identity = identity;
    this.serverName = serverName;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    String host = serverName.orElse(String.valueOf(engine.getPeerHost()));
    switch (identity) {
      case Anyone _ -> {}
      case HostName _ -> {
        checkChain(chain, authType, engine);
        checkHost(chain[0], host);
      }
      case OneOf(List<Name> names, boolean hostNameToo) -> {
        checkChain(chain, authType, engine);
        if (hostNameToo) {
          checkHost(chain[0], host);
        }
        checkNames(chain[0], names);
      }
      case SpiffeId spiffe -> {
        checkChain(chain, authType, engine);
        checkSpiffe(chain[0], spiffe);
      }
    }
  }

  private void checkChain(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    // The platform takes one that is itself among the roots without a look at its dates.
    chain[0].checkValidity();
    try {
      chains.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw new CertificateException("its certificate is not trusted: " + e.getMessage(), e);
    }
  }

  private static void checkHost(X509Certificate certificate, String host)
      throws CertificateException {
    if (!HostNames.isFor(certificate, host)) {
      throw new CertificateException(
          "its certificate is for " + HostNames.all(certificate) + " and not for " + host);
    }
  }

  private static void checkNames(X509Certificate certificate, List<Name> names)
      throws CertificateException {
    for (Name name : names) {
      boolean found =
          switch (name) {
            case Name.Uri(String value) -> HostNames.uris(certificate).contains(value);
            case Name.Dns(String value) -> HostNames.isFor(certificate, value);
          };
      if (found) {
        return;
      }
    }
    throw new CertificateException("its certificate has none of the names that are wanted");
  }

  /** One URI, which is a SPIFFE id (the X.509-SVID standard, section 2). */
  private static void checkSpiffe(X509Certificate certificate, SpiffeId wanted)
      throws CertificateException {
    List<String> uris = HostNames.uris(certificate);
    if (uris.size() != 1) {
      throw new CertificateException("its certificate has not one URI but " + uris.size());
    }
    String id = uris.getFirst();
    String domain = trustDomain(id);
    boolean accepted =
        wanted.ids().isEmpty()
            ? wanted.trustDomain().isEmpty() || wanted.trustDomain().get().equals(domain)
            : wanted.ids().contains(id);
    if (!accepted) {
      throw new CertificateException("its SPIFFE id " + id + " is not one of those that may serve");
    }
  }

  private static String trustDomain(String id) throws CertificateException {
    try {
      URI uri = new URI(id);
      String domain = uri.getRawAuthority();
      if ("spiffe".equals(uri.getScheme())
          && domain != null
          && domain.matches("[a-z0-9._-]+")
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return domain;
      }
    } catch (URISyntaxException _) {
      // Told below.
    }
    throw new CertificateException("its URI is no SPIFFE id");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("servers are spoken to through engines");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("servers are spoken to through engines");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("there are no clients here");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return NONE;
  }
}
