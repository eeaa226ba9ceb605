package io.phalanx.node.tls;

import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Where certificates come from that no configuration holds.
 *
 * @param fallback shown where no other certificate fits; asked for it in a handshake, and so not to
 *     wait
 * @param issued what authorities issue
 * @param wanted what can be asked of certificate resolvers
 * @param engines by whom all of them are served
 * @param demand who is told of names whose certificates are ordered on demand
 * @param clock by which certificates expire
 */
public record CertificateSources(
    Supplier<ServerCertificate> fallback,
    IssuedCertificates issued,
    WantedNames wanted,
    TlsEngines engines,
    NamesOnDemand demand,
    InstantSource clock) {
  /** Without certificate resolvers, by the platform. */
  public static CertificateSources of(Supplier<ServerCertificate> fallback) {
    return of(fallback, TlsEngines.JSSE);
  }

  /** Without certificate resolvers. */
  public static CertificateSources of(Supplier<ServerCertificate> fallback, TlsEngines engines) {
    return new CertificateSources(
        fallback,
        new IssuedCertificates(),
        WantedNames.NONE,
        engines,
        NamesOnDemand.NONE,
        InstantSource.system());
  }
}
