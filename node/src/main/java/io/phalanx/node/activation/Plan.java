package io.phalanx.node.activation;

import io.phalanx.providers.dynamic.DynamicConfig;
import java.util.SortedMap;

/** What the static settings make of this node, ready to be served. */
public interface Plan {
  /** Builds what is served of what providers know, and opens nothing. */
  Compiled compile(SortedMap<String, DynamicConfig> snapshots);

  /**
   * Serves it: from now on new requests are routed by it, at the entry points that the settings
   * have. What cannot be had is told, and does not keep the rest from being served.
   */
  void serve(Compiled compiled);
}
