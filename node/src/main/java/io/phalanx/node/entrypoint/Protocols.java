package io.phalanx.node.entrypoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who takes which connection. TLS clients name what they speak (ALPN, RFC 7301); those that do not,
 * and those without TLS, speak HTTP/1.1.
 */
final class Protocols {
  static final String HTTP_1_1 = "http/1.1";

  private final Map<String, ProtocolStart> byName;

  /**
   * @param byName by the name in ALPN; HTTP/1.1 is among them
   */
  Protocols(Map<String, ProtocolStart> byName) {
    this.byName = new LinkedHashMap<>(byName);
    Objects.requireNonNull(byName.get(HTTP_1_1));
  }

  /** What is offered to TLS clients. */
  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  ProtocolStart http1() {
    return Objects.requireNonNull(byName.get(HTTP_1_1));
  }

  /**
   * @param chosen in the handshake; empty if the client named nothing
   */
  ProtocolStart of(String chosen) {
    return byName.getOrDefault(chosen, http1());
  }
}
