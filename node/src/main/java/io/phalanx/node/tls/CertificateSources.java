package io.phalanx.node.tls;

import java.util.function.Supplier;

/**
 * Where certificates come from that no configuration holds.
 *
 * @param fallback shown where no other certificate fits; asked for it in a handshake, and so not to
 *     wait
 * @param issued what authorities issue
 * @param wanted what can be asked of certificate resolvers
 */
public record CertificateSources(
    Supplier<ServerCertificate> fallback, IssuedCertificates issued, WantedNames wanted) {
  /** Without certificate resolvers. */
  public static CertificateSources of(Supplier<ServerCertificate> fallback) {
    return new CertificateSources(fallback, new IssuedCertificates(), WantedNames.NONE);
  }
}
