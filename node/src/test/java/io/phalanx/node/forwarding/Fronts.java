package io.phalanx.node.forwarding;

import io.phalanx.node.entrypoint.EntryPointOptions;
import io.phalanx.node.entrypoint.EntryPointOptions.UnderscoreHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Entry points in front of the engine under test. */
final class Fronts {
  private Fronts() {}

  static EntryPointOptions options() {
    return options(Duration.ofSeconds(10));
  }

  static EntryPointOptions options(Duration readTimeout) {
    return new EntryPointOptions(
        "web",
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        false,
        List.of(),
        Set.of(),
        true,
        UnderscoreHeaders.KEEP,
        false,
        true,
        1 << 16,
        readTimeout,
        Duration.ofSeconds(10),
        0,
        Duration.ZERO);
  }
}
