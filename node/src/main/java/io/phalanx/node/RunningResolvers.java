package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Leases.Candidacy;
import io.phalanx.node.acme.AcmeExport;
import io.phalanx.node.acme.DemandGate;
import io.phalanx.node.acme.Demands;
import io.phalanx.node.acme.HttpChallenges;
import io.phalanx.node.acme.Instructions;
import io.phalanx.node.acme.Inventory;
import io.phalanx.node.acme.ListedCertificate;
import io.phalanx.node.acme.OnDemand;
import io.phalanx.node.acme.Operator;
import io.phalanx.node.acme.OrderCounts;
import io.phalanx.node.acme.Resolver;
import io.phalanx.node.acme.ResolverTask;
import io.phalanx.node.acme.ServedStates;
import io.phalanx.node.acme.Wanted;
import io.phalanx.node.activation.Compiled;
import io.phalanx.node.pipeline.Endpoint;
import io.phalanx.node.settings.OcspSettings;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.tls.CertificateSources;
import io.phalanx.node.tls.IssuedCertificates;
import io.phalanx.node.tls.NamesOnDemand;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.WantedNames;
import io.phalanx.node.tls.ocsp.Stapling;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate resolvers that this node competes for, as the settings have them. What they got
 * is served from the first moment that there is one.
 */
final class RunningResolvers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunningResolvers.class);

  /** Until a resolver is tried again that lacks something here. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Fleet fleet;
  private final LateResolvers late;
  private final IssuedCertificates issued = new IssuedCertificates();
  private final HttpChallenges challenges = new HttpChallenges();
  private final Wanted wanted = new Wanted();
  private final TlsMapping tls;
  private final Instructions instructions = new Instructions();
  private final OrderCounts orders = new OrderCounts();
  private final Demands demands = new Demands(InstantSource.system(), wanted);
  private final Stapling stapling =
      new Stapling(InstantSource.system(), () -> ThreadLocalRandom.current().nextDouble());
  private final ExpiryWatch expiry = new ExpiryWatch(InstantSource.system(), this::expiring);
  private final ServedStates served;
  private final Optional<NodeMetrics> metrics;
  private final ShownCertificates shown;
  private volatile Optional<Supplier<ServerCertificate>> fallback = Optional.empty();
  private volatile Optional<DemandGate> gate = Optional.empty();

  // Guarded by this.
  private final Map<String, Running> running = new LinkedHashMap<>();
  private Map<String, Resolver> resolvers = Map.of();
  private Optional<Documents> documents = Optional.empty();
  private boolean closed;

  private record Running(Resolver as, Candidacy candidacy) {}

  /**
   * @param environment may have the credentials of providers of DNS
   * @param metrics shown all certificates whenever they change, given and issued
   */
  RunningResolvers(Fleet fleet, Map<String, String> environment, Optional<NodeMetrics> metrics) {
    this.fleet = fleet;
    this.tls = new TlsMapping(fleet);
    this.late = new LateResolvers(Map.copyOf(environment), PAUSE, this::takeLate);
    this.metrics = metrics;
    metrics.ifPresent(shows -> shows.show(orders));
    metrics.ifPresent(shows -> shows.showDemand(() -> gate.map(DemandGate::rows).orElse(Map.of())));
    metrics.ifPresent(shows -> shows.show(stapling));
    stapling.start();
    this.shown = new ShownCertificates(issued::all, this::show);
    this.served = new ServedStates(issued, challenges, InstantSource.system(), shown::tell);
    expiry.start();
  }

  private void show(List<ServerCertificate> all) {
    metrics.ifPresent(shows -> shows.show(all));
    stapling.serve(all);
    expiry.changed();
  }

  /** What answers authorities on port 80. */
  Endpoint challenges() {
    return challenges;
  }

  /** Where certificates come from under these settings. */
  CertificateSources sources(Settings settings, Supplier<ServerCertificate> fallback) {
    return new CertificateSources(
        fallback,
        issued,
        new WantedNames(settings.certificatesResolvers().keySet(), forWildcards(settings)),
        tls.engines(settings.tls()),
        new NamesOnDemand(
            onDemand(settings).keySet(),
            (resolver, name, isCovered) ->
                gate.ifPresent(one -> one.asked(resolver, name, isCovered))),
        InstantSource.system());
  }

  private static Map<String, OnDemand> onDemand(Settings settings) {
    var rules = new LinkedHashMap<String, OnDemand>();
    settings
        .certificatesResolvers()
        .forEach(
            (name, resolver) ->
                resolver
                    .acme()
                    .onDemand()
                    .ifPresent(
                        given ->
                            rules.put(
                                name,
                                new OnDemand(
                                    URI.create(given.ask()),
                                    given.timeout(),
                                    given.perHour(),
                                    given.limit()))));
    return rules;
  }

  /** Authorities ask for DNS before they issue a certificate with a wildcard. */
  private static Set<String> forWildcards(Settings settings) {
    return settings.certificatesResolvers().entrySet().stream()
        .filter(resolver -> resolver.getValue().acme().dnsChallenge().isPresent())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** This configuration is served now. */
  void taken(Compiled configuration) {
    fallback = Optional.of(configuration.fallback());
    expiry.serve(configuration.routersOf());
    shown.give(configuration.certificates());
    wanted.serve(configuration.needs(), configuration.served());
  }

  /**
   * Has these from now on. What was issued is served when this returns; does not wait for the ends
   * of those that are gone.
   */
  synchronized void serve(Settings settings) {
    stapling.serve(settings.ocsp().map(OcspSettings::responderOverrides));
    Map<String, Resolver> next = late.serve(settings.certificatesResolvers());
    if (!settings.certificatesResolvers().isEmpty() && documents.isEmpty()) {
      try {
        Documents opened = fleet.documents();
        opened.subscribe(served);
        opened.subscribe(instructions);
        opened.subscribe(demands);
        documents = Optional.of(opened);
      } catch (IOException e) {
        LOG.error("certificates that were issued cannot be read: {}", e.getMessage());
        return;
      }
    }
    serve(onDemand(settings));
    take(next);
  }

  private void takeLate() {
    take(late.ready());
  }

  private synchronized void take(Map<String, Resolver> next) {
    if (!next.equals(resolvers)) {
      resolvers = next;
      Thread.ofVirtual().name("resolvers").start(this::reconcile);
    }
  }

  /** What decides on names on demand is not there before anything is ordered so. */
  private void serve(Map<String, OnDemand> rules) {
    if (gate.isEmpty() && !rules.isEmpty()) {
      var opened =
          new DemandGate(fleet.leases(), documents.orElseThrow(), demands, InstantSource.system());
      opened.start();
      gate = Optional.of(opened);
    }
    gate.ifPresent(one -> one.serve(rules));
  }

  private synchronized void reconcile() {
    if (closed || documents.isEmpty()) {
      return;
    }
    for (String name : new LinkedHashSet<>(running.keySet())) {
      Running one = running.get(name);
      if (one != null && !one.as().equals(resolvers.get(name))) {
        one.candidacy().close();
        running.remove(name);
      }
    }
    resolvers.forEach(
        (name, resolver) ->
            running.computeIfAbsent(name, _ -> new Running(resolver, compete(resolver))));
  }

  private Candidacy compete(Resolver resolver) {
    return fleet
        .leases()
        .compete(
            "certificates/" + resolver.name(),
            new ResolverTask(
                resolver,
                documents.orElseThrow(),
                served,
                InstantSource.system(),
                wanted,
                instructions,
                orders));
  }

  /** All certificates, as operators are shown them: given, default, and those of resolvers. */
  List<ListedCertificate> listed() {
    Optional<ServerCertificate> standard = fallback.map(Supplier::get);
    var all = new LinkedHashSet<>(shown.given());
    standard.filter(one -> !issued.all().contains(one)).ifPresent(all::add);
    var listed = new ArrayList<ListedCertificate>();
    for (ServerCertificate one : all) {
      List<String> names =
          one.alternativeNames().isEmpty()
              ? List.of(one.commonName())
              : List.copyOf(one.alternativeNames());
      listed.add(
          ListedCertificate.given(names, one.chain(), standard.filter(one::equals).isPresent()));
    }
    documents()
        .map(known -> new Inventory(known, served, instructions, wanted, InstantSource.system()))
        .ifPresent(
            inventory ->
                inventory.all().stream()
                    .map(
                        one ->
                            standard.map(ServerCertificate::certificate).equals(one.certificate())
                                ? one.asDefault()
                                : one)
                    .forEach(listed::add));
    return listed;
  }

  /** Those whose ends matter: all but the one that this node made for itself. */
  private List<ListedCertificate> expiring() {
    Set<X509Certificate> given =
        shown.given().stream()
            .map(ServerCertificate::certificate)
            .collect(Collectors.toUnmodifiableSet());
    return listed().stream()
        .filter(
            one ->
                one.resolver().isPresent() || one.certificate().filter(given::contains).isPresent())
        .toList();
  }

  private synchronized Optional<Documents> documents() {
    return documents;
  }

  /** Those that are run here. */
  synchronized List<Resolver> resolvers() {
    return List.copyOf(resolvers.values());
  }

  /**
   * What operators can have done.
   *
   * @throws IOException if there are no certificate resolvers, or no majority is here
   */
  Operator operator() throws IOException {
    Documents known = requireDocuments();
    if (!fleet.hasMajority()) {
      throw new IOException("most of the fleet's members are not here: nothing can be changed");
    }
    return new Operator(fleet.leases(), known, InstantSource.system());
  }

  /**
   * @throws IOException if there are no certificate resolvers
   */
  AcmeExport export() throws IOException {
    return new AcmeExport(requireDocuments(), served, InstantSource.system());
  }

  private Documents requireDocuments() throws IOException {
    return documents()
        .orElseThrow(() -> new IOException("there are no certificate resolvers here"));
  }

  @Override
  public synchronized void close() {
    closed = true;
    stapling.close();
    expiry.close();
    late.close();
    gate.ifPresent(DemandGate::close);
    running.values().forEach(one -> one.candidacy().close());
    running.clear();
  }
}
