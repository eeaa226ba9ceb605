package io.phalanx.node.settings;

import io.phalanx.providers.dynamic.ServersTransport;
import io.phalanx.providers.dynamic.TcpServersTransport;
import io.phalanx.providers.tree.AllowEmpty;
import io.phalanx.providers.tree.Default;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How servers of TCP are spoken to, unless a service names a transport of its own. */
public record TcpServersTransportSettings(
    @Default("15s") Duration dialKeepAlive,
    @Default("30s") Duration dialTimeout,
    @Default("100ms") Duration terminationDelay,
    Optional<Tls> tls) {
  public TcpServersTransportSettings {
    new Each().notNegative("dialTimeout", dialTimeout).require();
  }

  /** For servers that have {@code tls}. */
  public record Tls(
      boolean insecureSkipVerify,
      List<String> rootCAs,
      @AllowEmpty Optional<ServersTransport.Spiffe> spiffe) {}

  /** The same in the words of a dynamic configuration, which has more of them. */
  public TcpServersTransport transport() {
    return new TcpServersTransport(
        dialKeepAlive,
        dialTimeout,
        Optional.empty(),
        terminationDelay,
        tls.map(
            given ->
                new TcpServersTransport.Tls(
                    Optional.empty(),
                    given.insecureSkipVerify(),
                    given.rootCAs(),
                    List.of(),
                    Optional.empty(),
                    List.of(),
                    given.spiffe())));
  }
}
