package io.phalanx.node.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Entry points that nobody declared: {@code http} on port 80 if there is none at all, and {@code
 * traefik} for ping and metrics. The latter is bound to loopback here, not to all addresses as in
 * Traefik: what administers a node is not for everyone unless someone says so.
 */
final class ImpliedEntryPoints {
  static final String INTERNAL = "traefik";
  private static final Address HTTP_ADDRESS = new Address("", 80);
  private static final Address INTERNAL_ADDRESS = new Address("127.0.0.1", 8080);

  private ImpliedEntryPoints() {}

  static Settings add(Settings settings) {
    Map<String, EntryPointSettings> entryPoints = new LinkedHashMap<>(settings.entryPoints());
    if (entryPoints.isEmpty()) {
      entryPoints.put("http", EntryPointSettings.at(HTTP_ADDRESS));
    }
    boolean forPing =
        settings
            .ping()
            .filter(ping -> !ping.manualRouting() && ping.entryPoint().equals(INTERNAL))
            .isPresent();
    boolean forMetrics =
        settings.prometheus().filter(wanted -> wanted.isServedOn(INTERNAL)).isPresent();
    if (forPing || forMetrics) {
      entryPoints.putIfAbsent(INTERNAL, EntryPointSettings.at(INTERNAL_ADDRESS));
    }
    return new Settings(
        settings.global(),
        settings.core(),
        entryPoints,
        settings.providers(),
        settings.serversTransport(),
        settings.tcpServersTransport(),
        settings.log().or(() -> Optional.of(LogSettings.Log.PLAIN)),
        settings.accessLog(),
        settings.ping(),
        settings.metrics(),
        settings.certificatesResolvers(),
        settings.tls(),
        settings.ocsp(),
        settings.fleet(),
        settings.dataDir());
  }
}
