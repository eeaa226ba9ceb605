package io.phalanx.node.settings;

import io.phalanx.node.settings.LogSettings.AccessLog;
import io.phalanx.node.settings.LogSettings.Log;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import io.phalanx.providers.tree.NotServed;
import io.phalanx.providers.tree.Section;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole static configuration of one node, in Traefik v3's words and a few of our own ({@code
 * fleet}, {@code tls}, {@code dataDir}).
 */
@Section // Mistakes in one part leave the others to be looked at; with any, nothing is started.
@NotServed({"api", "experimental", "hostResolver", "spiffe", "tracing"})
public record Settings(
    @AllowEmpty Optional<Global> global,
    Optional<Core> core,
    Map<String, EntryPointSettings> entryPoints,
    Optional<ProvidersSettings> providers,
    Optional<ServersTransportSettings> serversTransport,
    Optional<TcpServersTransportSettings> tcpServersTransport,
    @AllowEmpty Optional<Log> log,
    @AllowEmpty Optional<AccessLog> accessLog,
    @AllowEmpty Optional<Ping> ping,
    Optional<MetricsSettings> metrics,
    Map<String, ResolverSettings> certificatesResolvers,
    Optional<TlsBlock> tls,
    @AllowEmpty Optional<OcspSettings> ocsp,
    Optional<FleetBlock> fleet,
    Optional<String> dataDir) {
  /** The metrics that Prometheus is to fetch, if any. */
  public Optional<MetricsSettings.Prometheus> prometheus() {
    return metrics.flatMap(MetricsSettings::prometheus);
  }

  /** The same with other metrics. */
  public Settings withMetrics(Optional<MetricsSettings> given) {
    return new Settings(
        global,
        core,
        entryPoints,
        providers,
        serversTransport,
        tcpServersTransport,
        log,
        accessLog,
        ping,
        given,
        certificatesResolvers,
        tls,
        ocsp,
        fleet,
        dataDir);
  }

  /** The same as a node at that place, which joined like that. */
  public Settings at(Optional<FleetBlock> joined, Optional<String> place) {
    return new Settings(
        global,
        core,
        entryPoints,
        providers,
        serversTransport,
        tcpServersTransport,
        log,
        accessLog,
        ping,
        metrics,
        certificatesResolvers,
        tls,
        ocsp,
        joined,
        place);
  }

  /** Accepted for files that have it; there is no version check and no usage report. */
  public record Global(
      @Default("true") boolean checkNewVersion,
      boolean sendAnonymousUsage,
      boolean notAppendXForwardedFor) {}

  public record Core(@Default("v3") RuleSyntax defaultRuleSyntax) {
    public Core {
      if (defaultRuleSyntax == RuleSyntax.V2) {
        throw new IllegalArgumentException(
            "defaultRuleSyntax v2 is not served; rules are written in the syntax of v3");
      }
    }
  }

  public enum RuleSyntax {
    V2,
    V3
  }

  /**
   * @param engine who does the handshakes of clients
   */
  public record TlsBlock(@Default("conscrypt") TlsEngine engine) {}

  /** Which implementation of TLS is used. */
  public enum TlsEngine {
    /** The platform's. */
    JSSE,
    /** The native one where it loads and for what it has, else the platform's. */
    CONSCRYPT
  }

  public record Ping(
      @Default("traefik") String entryPoint,
      boolean manualRouting,
      @Default("503") int terminatingStatusCode) {
    public Ping {
      if (terminatingStatusCode < 200 || terminatingStatusCode > 599) {
        throw new IllegalArgumentException(
            "terminatingStatusCode is from 200 to 599, not " + terminatingStatusCode);
      }
    }
  }

  /**
   * Membership of a fleet.
   *
   * @param bind member address and port
   * @param advertise where others reach it, if not at {@code bind}
   * @param join any members; a name may stand for many
   * @param bootstrap whether this node may start a new fleet when none of {@code join} answers
   * @param keyFile absent: the key is in the environment variable {@code PHALANX_FLEET_KEY}
   */
  @Section
  public record FleetBlock(
      @Default("phalanx") String name,
      @Default("127.0.0.1:5701") String bind,
      Optional<String> advertise,
      List<String> join,
      boolean bootstrap,
      Optional<String> keyFile,
      @Default("0s") Duration joinTimeout) {}
}
