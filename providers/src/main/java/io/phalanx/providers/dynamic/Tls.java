package io.phalanx.providers.dynamic;

import io.phalanx.providers.pem.PemText;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Secret;
import io.phalanx.providers.tree.Section;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What clients are shown and offered on TLS connections.
 *
 * @param options by name, without {@code @provider}
 * @param stores of which only {@code default} is ever used, as in Traefik
 */
@Section
public record Tls(
    List<Certificate> certificates, Map<String, Options> options, Map<String, Store> stores) {
  /** The name of the options and the store that hold where nothing else is said. */
  public static final String DEFAULT = "default";

  public static final Tls EMPTY = new Tls(List.of(), Map.of(), Map.of());

  public Tls {
    certificates = List.copyOf(certificates);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    stores = Collections.unmodifiableMap(new LinkedHashMap<>(stores));
  }

  /**
   * A certificate with its chain, and its key: each a file, or the PEM text itself.
   *
   * @param stores empty for the default one
   */
  public record Certificate(String certFile, Secret keyFile, List<String> stores) {
    public Certificate {
      certFile = PemText.withoutKeys(certFile);
    }

    /** Whether it is in the store that is used. */
    public boolean isServed() {
      return stores.isEmpty() || stores.contains(DEFAULT);
    }
  }

  /**
   * What is offered in a handshake. Names are Go's, as in Traefik ({@code VersionTLS12}, {@code
   * TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}, {@code CurveP256}).
   *
   * @param preferServerCipherSuites accepted for files that have it; without effect, as in Traefik
   */
  public record Options(
      Optional<String> minVersion,
      Optional<String> maxVersion,
      List<String> cipherSuites,
      List<String> curvePreferences,
      Optional<ClientAuth> clientAuth,
      boolean sniStrict,
      List<String> alpnProtocols,
      boolean disableSessionTickets,
      boolean preferServerCipherSuites) {
    /** The same with other words about client certificates. */
    public Options with(ClientAuth clients) {
      return new Options(
          minVersion,
          maxVersion,
          cipherSuites,
          curvePreferences,
          Optional.of(clients),
          sniStrict,
          alpnProtocols,
          disableSessionTickets,
          preferServerCipherSuites);
    }

    /**
     * In the place of options that cannot be read: nobody knows how strict they were meant to be.
     */
    public static final Options REFUSING =
        new Options(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.of(new ClientAuth(List.of(), Optional.of("unreadable"))),
            false,
            List.of(),
            false,
            false);

    /** What holds where nothing else is said. */
    public static final Options STANDARD =
        new Options(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            false,
            List.of(),
            false,
            false);
  }

  /**
   * Which certificates clients have to show.
   *
   * @param caFiles authorities, each a file or the PEM text itself
   * @param clientAuthType Go's name, as in Traefik; authorities alone mean {@code
   *     RequireAndVerifyClientCert}
   */
  public record ClientAuth(List<String> caFiles, Optional<String> clientAuthType) {
    public ClientAuth {
      caFiles = caFiles.stream().map(PemText::withoutKeys).toList();
    }
  }

  public record Store(
      Optional<DefaultCertificate> defaultCertificate,
      @AllowEmpty Optional<GeneratedCertificate> defaultGeneratedCert) {}

  /** Shown where no other certificate fits. */
  public record DefaultCertificate(String certFile, Secret keyFile) {
    public DefaultCertificate {
      certFile = PemText.withoutKeys(certFile);
    }
  }

  public record GeneratedCertificate(Optional<String> resolver, Optional<Router.Domain> domain) {}
}
