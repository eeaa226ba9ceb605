package io.phalanx.node;

import io.phalanx.cluster.Fleet;
import io.phalanx.node.settings.Settings.TlsBlock;
import io.phalanx.node.tls.TlsEngines;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Who does TLS under which settings; always the same, so that sessions outlive a change of them.
 */
final class TlsMapping {
  private static final String TICKETS = "tls tickets";

  private final TlsEngines platform;
  private final TlsEngines fastest;

  TlsMapping(Fleet fleet) {
    this.platform =
        TlsEngines.jsse(
            text -> fleet.signing(TICKETS).signatures(text).getFirst(), InstantSource.system());
    this.fastest = TlsEngines.fastest(platform);
  }

  TlsEngines engines(Optional<TlsBlock> given) {
    return given
        .map(
            block ->
                switch (block.engine()) {
                  case JSSE -> platform;
                  case CONSCRYPT -> fastest;
                })
        .orElse(fastest);
  }
}
