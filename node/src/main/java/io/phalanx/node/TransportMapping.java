package io.phalanx.node;

import io.phalanx.node.forwarding.ServerIdentity;
import io.phalanx.node.forwarding.ServerIdentity.Name;
import io.phalanx.node.forwarding.TlsOptions;
import io.phalanx.node.forwarding.TransportOptions;
import io.phalanx.node.forwarding.TransportOptions.Timeouts;
import io.phalanx.node.pem.Pem;
import io.phalanx.node.pem.PemException;
import io.phalanx.node.proxyprotocol.ProxyVersion;
import io.phalanx.node.settings.ServersTransportSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.dynamic.ServersTransport.PeerCertSan;
import io.phalanx.providers.dynamic.ServersTransport.Spiffe;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Transports, from the words of a configuration to those of the forwarder. */
final class TransportMapping {
  /** What Go, and so Traefik, keeps for a transport that does not say it. */
  private static final int UNSAID_IDLE = 2;

  private TransportMapping() {}

  /** The transport of services that name none. */
  static TransportOptions standard(Settings settings) {
    return settings
        .serversTransport()
        .map(ServersTransportSettings::transport)
        .map(TransportMapping::options)
        .orElseGet(TransportOptions::standard);
  }

  /**
   * Reads the files that are named.
   *
   * @throws IllegalArgumentException if it cannot be used; the message names the option and the
   *     file
   */
  static TransportOptions options(ServersTransport given) {
    int idle = given.maxIdleConnsPerHost();
    return new TransportOptions(
        given.forwardingTimeouts().map(TransportMapping::timeouts).orElse(Timeouts.STANDARD),
        idle == 0 ? UNSAID_IDLE : Math.max(0, idle),
        !given.disableHTTP2(),
        tls(given),
        given.proxyProtocol().flatMap(wanted -> ProxyVersion.of(wanted.version())));
  }

  private static Timeouts timeouts(ServersTransport.ForwardingTimeouts given) {
    try {
      return new Timeouts(
          given.dialTimeout(),
          given.responseHeaderTimeout(),
          given.idleConnTimeout(),
          given.readIdleTimeout(),
          given.pingTimeout(),
          given.maxConnAge());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("forwardingTimeouts: " + e.getMessage(), e);
    }
  }

  private static TlsOptions tls(ServersTransport given) {
    return new TlsOptions(
        given.serverName().filter(name -> !name.isEmpty()),
        given.spiffe().isPresent() ? spiffe(given, given.spiffe().get()) : identity(given),
        roots(given.rootCAs()),
        keys(given.certificates()),
        TlsWords.cipherSuites(given.cipherSuites()),
        TlsWords.protocols(given.minVersion(), given.maxVersion()));
  }

  private static ServerIdentity identity(ServersTransport given) {
    var names = new ArrayList<Name>();
    given
        .peerCertURI()
        .filter(uri -> !uri.isEmpty())
        .map(uri -> name("peerCertURI", PeerCertSan.Type.URI, uri))
        .ifPresent(names::add);
    given.peerCertSANs().forEach(san -> names.add(name("peerCertSANs", san.type(), san.value())));
    if (!names.isEmpty()) {
      return new ServerIdentity.OneOf(
          names, given.peerCertSANs().isEmpty() && !given.insecureSkipVerify());
    }
    return given.insecureSkipVerify() ? new ServerIdentity.Anyone() : new ServerIdentity.HostName();
  }

  private static Name name(String option, PeerCertSan.Type type, String value) {
    try {
      return switch (type) {
        case URI -> new Name.Uri(value);
        case DNSNAME -> new Name.Dns(value);
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  /** Traefik asks the Workload API for authorities and a certificate of its own; here are files. */
  private static ServerIdentity spiffe(ServersTransport given, Spiffe spiffe) {
    if (given.rootCAs().isEmpty()) {
      throw new IllegalArgumentException(
          "spiffe needs rootCAs with the trust bundle: the SPIFFE Workload API is not served");
    }
    if (given.insecureSkipVerify()
        || given.serverName().isPresent()
        || given.peerCertURI().isPresent()
        || !given.peerCertSANs().isEmpty()) {
      throw new IllegalArgumentException(
          "spiffe stands alone: without serverName, insecureSkipVerify, peerCertURI and"
              + " peerCertSANs");
    }
    for (String id : spiffe.ids()) {
      if (!id.matches("spiffe://[a-z0-9._-]+(/[a-zA-Z0-9._-]+)*")) {
        throw new IllegalArgumentException("spiffe.ids: \"" + id + "\" is no SPIFFE id");
      }
    }
    return new ServerIdentity.SpiffeId(
        new HashSet<>(spiffe.ids()),
        spiffe
            .trustDomain()
            .filter(domain -> !domain.isEmpty())
            .map(domain -> domain.replaceFirst("^spiffe://", "")));
  }

  private static List<X509Certificate> roots(List<String> filesOrTexts) {
    var roots = new ArrayList<X509Certificate>();
    for (String fileOrText : filesOrTexts) {
      try {
        roots.addAll(Pem.certificates(fileOrText));
      } catch (PemException e) {
        throw new IllegalArgumentException("rootCAs: " + e.getMessage(), e);
      }
    }
    return roots;
  }

  private static List<TlsOptions.Key> keys(List<ServersTransport.ClientCertificate> given) {
    var keys = new ArrayList<TlsOptions.Key>();
    for (ServersTransport.ClientCertificate one : given) {
      Optional<String> file =
          Optional.of(one.certFile()).filter(text -> !text.contains("-----BEGIN"));
      try {
        keys.add(
            new TlsOptions.Key(
                Pem.certificates(one.certFile()), Pem.privateKey(one.keyFile().value())));
      } catch (PemException e) {
        throw new IllegalArgumentException("certificates: " + e.getMessage(), e);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "certificates: " + file.map(name -> name + ": ").orElse("") + e.getMessage(), e);
      }
    }
    return keys;
  }
}
