package io.phalanx.node;

import io.phalanx.node.activation.TcpParts;
import io.phalanx.node.forwarding.HttpForwarder;
import io.phalanx.node.forwarding.TcpOptions;
import io.phalanx.node.middleware.Counts;
import io.phalanx.node.settings.Settings;
import io.phalanx.node.settings.TcpServersTransportSettings;
import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.dynamic.TcpServersTransport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Transports of TCP, from the words of a configuration to those of the forwarder. */
final class TcpMapping {
  private TcpMapping() {}

  static TcpParts parts(
      HttpForwarder forwarder,
      Settings settings,
      Counts fleet,
      Counts node,
      BooleanSupplier majority) {
    return parts(forwarder, standard(settings), fleet, node, majority);
  }

  static TcpParts parts(
      HttpForwarder forwarder,
      TcpServersTransport standard,
      Counts fleet,
      Counts node,
      BooleanSupplier majority) {
    return new TcpParts(
        forwarder.tcp(),
        options -> forwarder.tcp().transport(options(options)),
        standard,
        fleet.slots(),
        node.slots(),
        majority);
  }

  /** The transport of services that name none. */
  static TcpServersTransport standard(Settings settings) {
    return settings
        .tcpServersTransport()
        .map(TcpServersTransportSettings::transport)
        .orElse(TcpServersTransport.STANDARD);
  }

  /**
   * Reads the files that are named.
   *
   * @throws IllegalArgumentException if it cannot be used; the message names the option and the
   *     file
   */
  static TcpOptions options(TcpServersTransport given) {
    Optional<TcpServersTransport.Tls> tls = given.tls();
    var words =
        new ServersTransport(
            tls.flatMap(TcpServersTransport.Tls::serverName),
            tls.map(TcpServersTransport.Tls::insecureSkipVerify).orElse(false),
            tls.map(TcpServersTransport.Tls::rootCAs).orElse(List.of()),
            tls.map(TcpServersTransport.Tls::certificates).orElse(List.of()),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.of(
                new ServersTransport.ForwardingTimeouts(
                    given.dialTimeout(),
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO)),
            true,
            tls.flatMap(TcpServersTransport.Tls::peerCertURI),
            tls.map(TcpServersTransport.Tls::peerCertSANs).orElse(List.of()),
            tls.flatMap(TcpServersTransport.Tls::spiffe),
            given.proxyProtocol());
    return new TcpOptions(
        TransportMapping.options(words), given.dialKeepAlive(), given.terminationDelay());
  }
}
