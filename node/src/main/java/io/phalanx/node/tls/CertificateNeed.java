package io.phalanx.node.tls;

import java.util.List;

/**
 * A certificate that routers want of a certificate resolver.
 *
 * @param resolver its name
 * @param names hosts and addresses in lower case, without repetitions, at least one; the first one
 *     may be the certificate's common name
 */
public record CertificateNeed(String resolver, List<String> names) {
  public CertificateNeed {
    names = names.stream().distinct().toList();
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a certificate has a name");
    }
  }
}
