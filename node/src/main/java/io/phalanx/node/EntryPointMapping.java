package io.phalanx.node;

import io.phalanx.node.address.AddressRange;
import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.settings.Address;
import io.phalanx.node.settings.EntryPointSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.stream.Collectors;

/** Static settings as the options of an entry point. */
final class EntryPointMapping {
  private EntryPointMapping() {}

  static EntryPointOptions options(String name, EntryPointSettings settings) {
    EntryPointSettings.ForwardedHeaders forwarded = settings.forwardedHeaders();
    EntryPointSettings.Transport transport = settings.transport();
    return new EntryPointOptions(
        name,
        address(settings.address()),
        settings.reusePort(),
        forwarded.insecure(),
        forwarded.trustedIPs().stream().map(AddressRange::parse).toList(),
        settings
            .proxyProtocol()
            .map(
                proxies ->
                    new EntryPointOptions.TrustedProxies(
                        proxies.insecure(),
                        proxies.trustedIPs().stream().map(AddressRange::parse).toList())),
        forwarded.connection().stream().map(HeaderName::of).collect(Collectors.toSet()),
        !forwarded.notAppendXForwardedFor(),
        EntryPointOptions.UnderscoreHeaders.valueOf(
            settings.http().underscoreHeadersStrategy().name()),
        settings.http().encodeQuerySemicolons(),
        settings.http().sanitizePath(),
        settings.http().maxHeaderBytes(),
        limit(transport.respondingTimeouts().readTimeout()),
        limit(transport.respondingTimeouts().writeTimeout()),
        limit(transport.respondingTimeouts().idleTimeout()),
        Math.max(0, transport.keepAliveMaxRequests()),
        limit(transport.keepAliveMaxTime()));
  }

  /** Below zero is without a limit, as in Traefik. */
  private static Duration limit(Duration given) {
    return given.isNegative() ? Duration.ZERO : given;
  }

  private static InetSocketAddress address(Address address) {
    return address.host().isEmpty()
        ? new InetSocketAddress(address.port())
        : new InetSocketAddress(address.host(), address.port());
  }
}
