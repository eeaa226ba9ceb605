package io.phalanx.node.tls;

import io.phalanx.providers.pem.Credentials;
import io.phalanx.providers.pem.PemException;
import io.phalanx.providers.tree.Secret;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The certificates of the last settings: one that did not change keeps its contexts, and so its
 * clients' sessions, and is not read again. Used by one thread.
 */
public final class CertificateCache {
  private record Texts(String certificate, Secret key) {}

  private final Map<Texts, ServerCertificate> known = new HashMap<>();
  private CertificateIndex last = CertificateIndex.EMPTY;

  ServerCertificate get(String certificate, Secret key) throws PemException {
    var texts = new Texts(certificate, key);
    ServerCertificate found = known.get(texts);
    if (found == null) {
      found = new ServerCertificate(Credentials.parse(certificate, key.value()));
      known.put(texts, found);
    }
    return found;
  }

  /** In the place of the last one. */
  CertificateIndex index(List<ServerCertificate> certificates, InstantSource clock) {
    last = new CertificateIndex(certificates, last, clock);
    return last;
  }

  void retain(Collection<ServerCertificate> used) {
    known.values().retainAll(new HashSet<>(used));
  }
}
