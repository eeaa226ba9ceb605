package io.phalanx.node.forwarding;

import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.entrypoint.EntryPointOptions.TrustedProxies;
import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import io.phalanx.node.tls.TestCertificates;
import io.phalanx.node.tls.TlsTable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Entry points in front of the engine under test. */
final class Fronts {
  private Fronts() {}

  static EntryPointOptions options() {
    return options(Duration.ofSeconds(10));
  }

  static EntryPointOptions options(Duration readTimeout) {
    return options(readTimeout, Duration.ZERO, Optional.empty());
  }

  /** For clients that have to take what they are sent. */
  static EntryPointOptions withWriteTimeout(Duration writeTimeout) {
    return options(Duration.ofSeconds(10), writeTimeout, Optional.empty());
  }

  /** Behind a proxy that tells who its clients are. */
  static EntryPointOptions behindProxy() {
    return options(
        Duration.ofSeconds(10), Duration.ZERO, Optional.of(new TrustedProxies(true, List.of())));
  }

  private static EntryPointOptions options(
      Duration readTimeout, Duration writeTimeout, Optional<TrustedProxies> proxies) {
    return new EntryPointOptions(
        "web",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        false,
        false,
        List.of(),
        proxies,
        Set.of(),
        true,
        UnderscoreHeaders.KEEP,
        false,
        true,
        1 << 16,
        readTimeout,
        writeTimeout,
        Duration.ofSeconds(10),
        0,
        Duration.ZERO,
        EntryPointOptions.Http2.DEFAULTS);
  }

  /** No certificates of its own. */
  static TlsTable tls() {
    return TlsTable.empty(() -> TestCertificates.FALLBACK);
  }
}
