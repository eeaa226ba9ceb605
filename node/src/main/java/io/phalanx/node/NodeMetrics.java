package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.lease.LeaseTask;
import io.phalanx.node.activation.Activator;
import io.phalanx.node.command.Version;
import io.phalanx.node.entrypoint.EntryPoint;
import io.phalanx.node.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a node says about itself and its fleet, for operators' dashboards and alerts. */
final class NodeMetrics {
  private final Metrics metrics;

  NodeMetrics(Metrics metrics) {
    this.metrics = metrics;
  }

  void show(Fleet fleet, Activator activator) {
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

  /** Traefik's gauge; it calls the protocol of HTTP entry points TCP, too. */
  void show(EntryPoint entryPoint) {
    metrics.gauge(
        "traefik_open_connections",
        "Connections of clients that are open.",
        Map.of("entrypoint", entryPoint.name(), "protocol", "TCP"),
        entryPoint::openConnections);
  }

  /** The same task, which shows whether this node is the one that runs it. */
  LeaseTask shown(String provider, LeaseTask task) {
    var held = new AtomicBoolean();
    metrics.gauge(
        "phalanx_provider_lease",
        "Whether this node runs the provider for the fleet: 1 on one node, 0 on the others.",
        Map.of("provider", provider),
        () -> held.get() ? 1 : 0);
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
