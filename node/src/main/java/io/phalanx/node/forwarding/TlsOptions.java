package io.phalanx.node.forwarding;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * How TLS to servers is done.
 *
 * @param serverName asked for and looked for in the server's certificate; if empty, the host of the
 *     server's URL
 * @param identity what the server's certificate has to say
 * @param roots what chains have to end in; if empty, what the platform trusts
 * @param keys what this node shows to servers that ask for a certificate
 * @param cipherSuites of TLS 1.2 and before; if empty, those of the platform. The ones of TLS 1.3
 *     are not chosen from
 * @param protocols as {@code TLSv1.3}; if empty, those of the platform
 */
public record TlsOptions(
    Optional<String> serverName,
    ServerIdentity identity,
    List<X509Certificate> roots,
    List<Key> keys,
    List<String> cipherSuites,
    List<String> protocols) {
  /** What the platform has, and the host's name is verified. */
  public static final TlsOptions STANDARD =
      new TlsOptions(
          Optional.empty(),
          new ServerIdentity.HostName(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  /**
   * @throws IllegalArgumentException if {@code serverName} is none
   */
  public TlsOptions {
    serverName
        .filter(name -> !HostNames.isHost(name))
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "serverName: \"" + name + "\" is no name of a host");
            });
    roots = List.copyOf(roots);
    keys = List.copyOf(keys);
    cipherSuites = List.copyOf(cipherSuites);
    protocols = List.copyOf(protocols);
  }

  /** A certificate with those that lead to its authority, and its key. */
  public record Key(List<X509Certificate> chain, PrivateKey key) {
    /**
     * @throws IllegalArgumentException if the key is not the one of the certificate
     */
    public Key {
      chain = List.copyOf(chain);
      if (!KeyPairs.belongTogether(chain.getFirst().getPublicKey(), key)) {
        throw new IllegalArgumentException("the key is not the one of the certificate");
      }
    }

    /** Without the key. */
    @Override
    public String toString() {
      return chain.getFirst().getSubjectX500Principal().getName();
    }
  }
}
