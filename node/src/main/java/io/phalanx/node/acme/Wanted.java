package io.phalanx.node.acme;

import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.node.tls.ServerCertificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the configuration that is served needs of certificate resolvers. Thread-safe. */
public final class Wanted {
  private volatile Set<CertificateNeed> needs = Set.of();
  private volatile List<ServerCertificate> given = List.of();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param certificates those that are given, for whose names none is ordered
   */
  public void serve(Set<CertificateNeed> now, List<ServerCertificate> certificates) {
    needs = Set.copyOf(now);
    given = List.copyOf(certificates);
    listeners.forEach(Runnable::run);
  }

  /** Calls {@code listener} whenever something else is needed, until {@link #forget}. */
  void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** Those that something is needed of. */
  List<String> resolvers() {
    return needs.stream().map(CertificateNeed::resolver).distinct().toList();
  }

  List<CertificateNeed> needs(String resolver) {
    return needs.stream().filter(need -> need.resolver().equals(resolver)).toList();
  }

  /** The names of each certificate that is given and is valid. */
  List<Collection<String>> given(Instant now) {
    return given.stream()
        .filter(one -> one.certificate().getNotAfter().toInstant().isAfter(now))
        .<Collection<String>>map(ServerCertificate::alternativeNames)
        .toList();
  }
}
