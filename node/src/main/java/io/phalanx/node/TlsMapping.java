package io.phalanx.node;

import io.phalanx.node.settings.Settings.TlsBlock;
import io.phalanx.node.tls.TlsEngines;
import java.util.Optional;

/** Makes of settings who does TLS. */
final class TlsMapping {
  private TlsMapping() {}

  static TlsEngines engines(Optional<TlsBlock> given) {
    return given
        .map(
            block ->
                switch (block.engine()) {
                  case AUTO -> TlsEngines.fastest();
                  case JSSE -> TlsEngines.JSSE;
                })
        .orElseGet(TlsEngines::fastest);
  }
}
