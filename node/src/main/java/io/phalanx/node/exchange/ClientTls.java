package io.phalanx.node.exchange;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * How a client's TLS connection came to be.
 *
 * @param version as {@code 1.3}
 * @param cipherSuite as {@code TLS_AES_128_GCM_SHA256}
 * @param serverName the name that the client asked for, in lower case; empty if it named none
 * @param certificates what the client showed of itself, its own certificate first; empty if it was
 *     not asked, or showed none. Whether they were verified is up to the options of the entry point
 */
public record ClientTls(
    String version, String cipherSuite, String serverName, List<X509Certificate> certificates) {
  public ClientTls {
    certificates = List.copyOf(certificates);
  }
}
