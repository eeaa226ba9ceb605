package io.phalanx.node.acme;

import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.node.tls.ServerCertificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the configuration that is served needs of certificate resolvers. Thread-safe. */
public final class Wanted {
  private volatile Set<CertificateNeed> needs = Set.of();
  private volatile List<ServerCertificate> given = List.of();
  private volatile Supplier<Collection<CertificateNeed>> demanded = List::of;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param certificates those that are given, for whose names none is ordered
   */
  public void serve(Set<CertificateNeed> now, List<ServerCertificate> certificates) {
    needs = Set.copyOf(now);
    given = List.copyOf(certificates);
    changed();
  }

  /**
   * @param names what is needed beside that; asked whenever it matters
   */
  void demand(Supplier<Collection<CertificateNeed>> names) {
    demanded = names;
  }

  void changed() {
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
    return all().map(CertificateNeed::resolver).distinct().toList();
  }

  List<CertificateNeed> needs(String resolver) {
    return all().filter(need -> need.resolver().equals(resolver)).distinct().toList();
  }

  /** Whether something of the configuration needs a certificate for a name. */
  boolean isOfRouter(String name) {
    return needs.stream().anyMatch(need -> Plan.covers(need.names(), name));
  }

  private Stream<CertificateNeed> all() {
    return Stream.concat(needs.stream(), demanded.get().stream());
  }

  /** The names of each certificate that is given and is valid. */
  List<Collection<String>> given(Instant now) {
    return given.stream()
        .filter(one -> one.certificate().getNotAfter().toInstant().isAfter(now))
        .<Collection<String>>map(ServerCertificate::alternativeNames)
        .toList();
  }
}
