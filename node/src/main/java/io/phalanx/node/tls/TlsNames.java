package io.phalanx.node.tls;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Go's names for what TLS knows, as Traefik's configuration has them. */
final class TlsNames {
  static final List<String> VERSIONS =
      List.of("VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13");

  /** TLS 1.0 and 1.1 are not offered (RFC 8996). */
  static final Map<String, String> SERVED_VERSIONS =
      Map.of("VersionTLS12", "TLSv1.2", "VersionTLS13", "TLSv1.3");

  static final List<String> TLS13_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /** What Go calls secure, in its order of preference. */
  static final List<String> TLS12_SUITES =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA");

  /** Go knows them, and calls all but the first two insecure. */
  static final Set<String> OTHER_SUITES =
      Set.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_RSA_WITH_RC4_128_SHA",
          "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA",
          "TLS_RSA_WITH_AES_256_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA256",
          "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_RC4_128_SHA",
          "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
          "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA");

  /** Go also has a shorter name for two suites. */
  static final Map<String, String> SHORT_SUITES =
      Map.of(
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");

  /** The key is agreed on by a curve and by a lattice, which quantum computers would not break. */
  static final String HYBRID_GROUP = "X25519MLKEM768";

  static final Map<String, String> GROUPS =
      Map.of(
          "CurveP256",
          "secp256r1",
          "CurveP384",
          "secp384r1",
          "CurveP521",
          "secp521r1",
          "X25519",
          "x25519",
          "secp256r1",
          "secp256r1",
          "secp384r1",
          "secp384r1",
          "secp521r1",
          "secp521r1",
          "x25519",
          "x25519",
          HYBRID_GROUP,
          HYBRID_GROUP);

  /** Those of Java 25 among them. */
  static final Set<String> JDK_GROUPS = Set.of("x25519", "secp256r1", "secp384r1", "secp521r1");

  /** Go has them. */
  static final Set<String> OTHER_GROUPS = Set.of("SecP256r1MLKEM768", "SecP384r1MLKEM1024");

  private TlsNames() {}
}
