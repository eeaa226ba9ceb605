package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.tls.CertificateNeed;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Names on demand, as the documents of the fleet hold them. Told of one change after another; read
 * by any thread.
 */
public final class Demands implements Consumer<SortedMap<String, Document>> {
  private final InstantSource clock;
  private final Wanted wanted;
  private final Readings<DemandedName> readings =
      new Readings<>(
          DemandedName::isOne,
          DemandedName::read,
          "holds no name on demand that this release can read");
  private volatile Map<Key, DemandedName> all = Map.of();
  private volatile Set<String> resolvers = Set.of();

  private record Key(String resolver, String name) {}

  /**
   * @param wanted is told what is needed for them
   */
  public Demands(InstantSource clock, Wanted wanted) {
    this.clock = clock;
    this.wanted = wanted;
    wanted.demand(this::needs);
  }

  /** From now on these resolvers order on demand, and no others. */
  public void serve(Set<String> now) {
    resolvers = Set.copyOf(now);
    wanted.changed();
  }

  @Override
  public synchronized void accept(SortedMap<String, Document> documents) {
    var now = new HashMap<Key, DemandedName>();
    readings
        .of(documents)
        .values()
        .forEach(one -> now.put(new Key(one.resolver(), one.name()), one));
    if (!now.equals(all)) {
      all = Map.copyOf(now);
      wanted.changed();
    }
  }

  Optional<DemandedName> find(String resolver, String name) {
    return Optional.ofNullable(all.get(new Key(resolver, name)));
  }

  /** Those that nobody asks for any more, of whichever resolver. */
  List<DemandedName> lapsed(Instant now) {
    return all.values().stream().filter(one -> !one.isKept(now)).toList();
  }

  /** Whether a router names it, whose certificate is not there yet. */
  boolean isOfRouter(String name) {
    return wanted.isOfRouter(name);
  }

  List<DemandedName> of(String resolver) {
    return all.values().stream().filter(one -> one.resolver().equals(resolver)).toList();
  }

  private Collection<CertificateNeed> needs() {
    Instant now = clock.instant();
    return all.values().stream()
        .filter(one -> resolvers.contains(one.resolver()) && one.isKept(now))
        .map(DemandedName::need)
        .toList();
  }
}
