package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.NotServed;
import io.phalanx.providers.tree.Section;

/**
 * The whole dynamic configuration of one provider, in Traefik v3's words. TCP and UDP objects are
 * not served yet and refused by name; what stands beside them counts.
 */
@Section
@NotServed({"tcp", "udp"})
public record DynamicConfig(Http http, Tls tls) {
  /** The root keys of a dynamic configuration, served or not. */
  public static final java.util.List<String> ROOT_KEYS =
      java.util.List.of("http", "tcp", "udp", "tls");

  public static final DynamicConfig EMPTY = new DynamicConfig(Http.EMPTY);

  /** One without anything about TLS. */
  public DynamicConfig(Http http) {
    this(http, Tls.EMPTY);
  }
}
