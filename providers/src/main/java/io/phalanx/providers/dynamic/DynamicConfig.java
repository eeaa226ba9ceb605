package io.phalanx.providers.dynamic;

import io.phalanx.providers.tree.NotServed;
import io.phalanx.providers.tree.Section;

/**
 * The whole dynamic configuration of one provider, in Traefik v3's words. UDP objects are not
 * served yet and refused by name; what stands beside them counts.
 */
@Section
@NotServed("udp")
public record DynamicConfig(Http http, Tcp tcp, Tls tls) {
  /** The root keys of a dynamic configuration, served or not. */
  public static final java.util.List<String> ROOT_KEYS =
      java.util.List.of("http", "tcp", "udp", "tls");

  public static final DynamicConfig EMPTY = new DynamicConfig(Http.EMPTY);

  /** One with HTTP alone. */
  public DynamicConfig(Http http) {
    this(http, Tcp.EMPTY, Tls.EMPTY);
  }

  /** The same with other HTTP objects. */
  public DynamicConfig with(Http other) {
    return new DynamicConfig(other, tcp, tls);
  }

  /** The same with other certificates and options. */
  public DynamicConfig with(Tls other) {
    return new DynamicConfig(http, tcp, other);
  }
}
