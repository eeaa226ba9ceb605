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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names on demand, as the documents of the fleet hold them. Told of one change after another; read
 * by any thread.
 */
public final class Demands implements Consumer<SortedMap<String, Document>> {
  private static final Logger LOG = LoggerFactory.getLogger(Demands.class);

  private final InstantSource clock;
  private final Wanted wanted;
  private Map<String, Read> known = new HashMap<>();
  private volatile Map<Key, DemandedName> all = Map.of();
  private volatile Set<String> resolvers = Set.of();

  private record Key(String resolver, String name) {}

  private record Read(String hash, Optional<DemandedName> name) {}

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
    var next = new HashMap<String, Read>();
    documents.forEach(
        (name, document) -> {
          if (DemandedName.isOne(name)) {
            Read before = known.get(name);
            next.put(
                name,
                before != null && before.hash().equals(document.hash()) ? before : read(document));
          }
        });
    boolean isSame = next.equals(known);
    known = next;
    var now = new HashMap<Key, DemandedName>();
    next.values().stream()
        .flatMap(read -> read.name().stream())
        .forEach(one -> now.put(new Key(one.resolver(), one.name()), one));
    all = Map.copyOf(now);
    if (!isSame) {
      wanted.changed();
    }
  }

  private static Read read(Document document) {
    try {
      return new Read(document.hash(), Optional.of(document.content().lend(DemandedName::read)));
    } catch (IllegalStateException e) {
      LOG.error("document {}: {}", document.name(), e.getMessage());
      return new Read(document.hash(), Optional.empty());
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
