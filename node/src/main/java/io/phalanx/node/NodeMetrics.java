package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.breaker.Breakers;
import io.phalanx.cluster.breaker.Circuit;
import io.phalanx.cluster.breaker.State;
import io.phalanx.cluster.breaker.Subject;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.node.acme.OrderCounts;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.attempt.Copies;
import io.phalanx.node.command.Version;
import io.phalanx.node.entrypoint.Workers;
import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.forwarding.HttpForwarder;
import io.phalanx.node.health.HealthChecks;
import io.phalanx.node.health.ServerHealth;
import io.phalanx.node.metrics.Metrics;
import io.phalanx.node.sticky.SessionMemory;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.ocsp.Stapling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a node says about itself and its fleet, for operators' dashboards and alerts. */
final class NodeMetrics {
  private final Metrics metrics;

  /** Whether each provider is run here; one that comes again has the same. */
  private final Map<String, AtomicBoolean> providers = new ConcurrentHashMap<>();

  NodeMetrics(Metrics metrics) {
    this.metrics = metrics;
  }

  /**
   * @param standing read when metrics are fetched: what a node is given may change at any time
   */
  void show(Fleet fleet, Activator activator, Supplier<Standing> standing) {
    showStanding(standing);
    metrics.gauge(
        "phalanx_release",
        "The release that runs; always 1.",
        Map.of("version", Version.current().phalanx(), "java", Version.current().java()),
        () -> 1);
    metrics.gauge(
        "phalanx_fleet_members",
        "Members of the fleet that this node sees, itself included.",
        Map.of(),
        () -> fleet.members().size());
    metrics.gauge(
        "phalanx_fleet_unwritten",
        "Whether this node's disk does not take what the fleet agrees on: 1 or 0.",
        Map.of(),
        () -> fleet.unwritten().isPresent() ? 1 : 0);
    metrics.gauge(
        "phalanx_revision",
        "Number of the revision that this node serves.",
        Map.of(),
        () -> activator.state().number());
    metrics.gauge(
        "phalanx_config_problems",
        "Mistakes in the dynamic configuration: what is left out, and files that stay as they"
            + " were.",
        Map.of(),
        () -> activator.state().problems().size());
  }

  private void showStanding(Supplier<Standing> standing) {
    metrics.gauges(
        "phalanx_drift",
        "How far this node is from what the fleet is to serve, by kind.",
        () -> drift(standing.get()));
    metrics.gauge(
        "phalanx_settings_after_restart",
        "Options that this node serves after a restart only.",
        Map.of(),
        () -> standing.get().afterRestart().size());
  }

  private static Map<Map<String, String>, Double> drift(Standing standing) {
    var rows = new LinkedHashMap<Map<String, String>, Double>();
    rows.put(Map.of("kind", "revisions"), (double) (standing.newest() - standing.revision()));
    rows.put(Map.of("kind", "settings"), (double) standing.differs().size());
    rows.put(Map.of("kind", "troubles"), (double) standing.troubles().size());
    rows.put(Map.of("kind", "unread"), standing.unread() ? 1.0 : 0.0);
    return rows;
  }

  void show(Workers workers, HttpForwarder forwarder) {
    show(workers.headMemory(), workers.bodyMemory(), workers.windowMemory());
    metrics.counter(
        "phalanx_tcp_connections_failed_total",
        "Connections that TCP routers took and no connection to a server could be made for.",
        forwarder.tcp()::failures);
    showBuffers("clients", workers::buffersOut);
    showBuffers("servers", forwarder::buffersOut);
  }

  private void showBuffers(String side, DoubleSupplier out) {
    metrics.gauge(
        "phalanx_buffers",
        "Buffers in use; how many free ones are kept does not count.",
        Map.of("side", side),
        out);
  }

  private void show(MemoryBound heads, MemoryBound bodies, MemoryBound windows) {
    metrics.gauge(
        "phalanx_request_head_bytes",
        "Bytes that heads of requests hold, beside those that each connection may hold anyway.",
        Map.of(),
        heads::held);
    metrics.counter(
        "phalanx_request_heads_refused_total",
        "Heads of requests that found no room beside those of others.",
        heads::refused);
    metrics.gauge(
        "phalanx_http2_stalled_body_bytes",
        "Bytes of bodies that came by HTTP/2 and wait for slow servers.",
        Map.of(),
        () -> bodies.held() + windows.held());
    metrics.counter(
        "phalanx_http2_bodies_given_up_total",
        "Times that a body that came by HTTP/2 found no room, so that one was given up.",
        windows::refused);
  }

  void show(Copies copies) {
    metrics.gauge(
        "phalanx_copies_active",
        "Copies of requests, made by mirroring, that are in work.",
        Map.of(),
        copies::active);
    metrics.counter(
        "phalanx_copies_left_out_total",
        "Copies of requests that were not made: too many at once, or the body was not kept.",
        copies::leftOut);
  }

  void show(SessionMemory sessions) {
    metrics.counter(
        "phalanx_sticky_sessions_missed_total",
        "Requests whose session the fleet did not tell in time: they went where the balancer said.",
        sessions::missed);
  }

  /** Traefik's gauge. */
  void show(HealthChecks health) {
    metrics.gauges(
        "traefik_service_server_up",
        "Whether a server is up, as this node finds: 1 or 0.",
        () -> {
          var rows = new LinkedHashMap<Map<String, String>, Double>();
          for (ServerHealth server : health.served()) {
            rows.put(
                Map.of("service", server.subject().service(), "url", server.subject().url()),
                server.isUp() ? 1.0 : 0.0);
          }
          return rows;
        });
  }

  void showBreakers(List<Breakers> breakers) {
    metrics.gauges(
        "phalanx_circuit_breaker_state",
        "State of each circuit breaker on this node: 0 closed, 1 recovering, 2 open.",
        () -> of(breakers, circuit -> Map.of("", (double) number(circuit.state()))));
    metrics.counters(
        "phalanx_circuit_breaker_transitions_total",
        "How often each circuit breaker came to a state on this node.",
        () ->
            of(
                breakers,
                circuit -> {
                  var counts = new LinkedHashMap<String, Double>();
                  for (State to : State.values()) {
                    counts.put(lowerCase(to), (double) circuit.transitions(to));
                  }
                  return counts;
                }));
    metrics.gauges(
        "phalanx_circuit_breaker_suspect",
        "Whether this node alone refuses requests, since what fails here does not fail elsewhere.",
        () -> of(breakers, circuit -> Map.of("", circuit.isSuspect() ? 1.0 : 0.0)));
  }

  private static int number(State state) {
    return switch (state) {
      case CLOSED -> 0;
      case RECOVERING -> 1;
      case OPEN -> 2;
    };
  }

  private static String lowerCase(State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Those of routers and services; others were only made to see whether they can be. Where the
   * options changed, the newest counts.
   */
  private static Map<Map<String, String>, Double> of(
      List<Breakers> breakers, Function<Circuit, Map<String, Double>> numbers) {
    var rows = new LinkedHashMap<Map<String, String>, Double>();
    List<Circuit> circuits = breakers.stream().flatMap(some -> some.circuits().stream()).toList();
    for (Circuit circuit : circuits) {
      Subject subject = circuit.subject();
      if (!subject.owner().equals(subject.name())) {
        numbers
            .apply(circuit)
            .forEach(
                (to, number) -> {
                  var labels = new LinkedHashMap<String, String>();
                  labels.put("router", subject.owner());
                  labels.put("middleware", subject.name());
                  if (!to.isEmpty()) {
                    labels.put("to", to);
                  }
                  rows.put(labels, number);
                });
      }
    }
    return rows;
  }

  /** Traefik's gauge; it calls the protocol of HTTP entry points TCP, too. */
  void show(EntryPoints entryPoints) {
    metrics.gauges(
        "traefik_open_connections",
        "Connections of clients that are open.",
        () -> rows(entryPoints.openConnections(), Map.of("protocol", "TCP")));
    metrics.counters(
        "phalanx_tls_handshake_failures_total",
        "TLS handshakes that came to nothing, refused or broken off.",
        () -> rows(entryPoints.failedHandshakes(), Map.of()));
  }

  private static Map<Map<String, String>, Double> rows(
      Map<String, Long> byEntryPoint, Map<String, String> labels) {
    var rows = new LinkedHashMap<Map<String, String>, Double>();
    byEntryPoint.forEach(
        (name, number) -> {
          var all = new LinkedHashMap<>(labels);
          all.put("entrypoint", name);
          rows.put(all, (double) number);
        });
    return rows;
  }

  /** Traefik's gauge. */
  void show(List<ServerCertificate> certificates) {
    var rows = new LinkedHashMap<Map<String, String>, Double>();
    for (ServerCertificate certificate : certificates) {
      rows.put(
          Map.of(
              "cn",
              certificate.commonName(),
              "serial",
              certificate.certificate().getSerialNumber().toString(),
              "sans",
              String.join(",", new TreeSet<>(certificate.alternativeNames()))),
          (double) certificate.certificate().getNotAfter().toInstant().getEpochSecond());
    }
    metrics.gauges(
        "traefik_tls_certs_not_after", "When certificates expire, in Unix seconds.", rows);
  }

  void show(OrderCounts orders) {
    metrics.counters(
        "phalanx_acme_orders_total",
        "Attempts of this node to get certificates of each resolver, by what came of them.",
        orders::rows);
  }

  void showDemand(Supplier<Map<Map<String, String>, Double>> rows) {
    metrics.counters(
        "phalanx_acme_on_demand_total",
        "Names that clients of this node asked for and that no router has, by what became of them.",
        rows);
  }

  void show(Stapling stapling) {
    metrics.counters(
        "phalanx_tls_ocsp_requests_total",
        "Questions of this node to OCSP responders, by what came of them.",
        stapling::rows);
    metrics.gauges(
        "phalanx_tls_ocsp_certificates",
        "Certificates whose OCSP responders are asked, by whether clients are shown a response.",
        stapling::certificates);
  }

  /** The same task, which shows whether this node is the one that runs it. */
  LeaseTask shown(String provider, LeaseTask task) {
    AtomicBoolean held =
        providers.computeIfAbsent(
            provider,
            name -> {
              var made = new AtomicBoolean();
              metrics.gauge(
                  "phalanx_provider_lease",
                  "Whether this node runs the provider for the fleet: 1 on one node, 0 on the"
                      + " others.",
                  Map.of("provider", name),
                  () -> made.get() ? 1 : 0);
              return made;
            });
    return lease -> {
      held.set(true);
      try {
        task.run(lease);
      } finally {
        held.set(false);
      }
    };
  }
}
