package io.phalanx.node;

import io.phalanx.providers.tree.DidYouMean;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** Traefik's words for versions and cipher suites of TLS, in the platform's. */
final class TlsWords {
  /** Go's names, oldest first. */
  private static final Map<String, String> VERSIONS = new LinkedHashMap<>();

  static {
    VERSIONS.put("VersionTLS10", "TLSv1");
    VERSIONS.put("VersionTLS11", "TLSv1.1");
    VERSIONS.put("VersionTLS12", "TLSv1.2");
    VERSIONS.put("VersionTLS13", "TLSv1.3");
  }

  /** Two that Go also has under a name without its hash. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");

  private TlsWords() {}

  /**
   * The versions between the two, both included; empty if neither is given. TLS 1.2 is the least
   * where none is given, as in Go.
   *
   * @throws IllegalArgumentException if one is not known, or none is between them
   */
  static List<String> protocols(Optional<String> least, Optional<String> most) {
    Optional<String> from = least.filter(version -> !version.isEmpty());
    Optional<String> to = most.filter(version -> !version.isEmpty());
    if (from.isEmpty() && to.isEmpty()) {
      return List.of();
    }
    List<String> names = List.copyOf(VERSIONS.keySet());
    int first = place("minVersion", from.orElse("VersionTLS12"), names);
    int last = place("maxVersion", to.orElse("VersionTLS13"), names);
    if (first > last) {
      throw new IllegalArgumentException(
          "minVersion " + names.get(first) + " is above maxVersion " + names.get(last));
    }
    return names.subList(first, last + 1).stream()
        .flatMap(name -> Stream.ofNullable(VERSIONS.get(name)))
        .toList();
  }

  private static int place(String option, String version, List<String> names) {
    int place = names.indexOf(version);
    if (place < 0) {
      throw new IllegalArgumentException(
          option + ": \"" + version + "\" is no version" + DidYouMean.among(version, names));
    }
    return place;
  }

  /**
   * @throws IllegalArgumentException if the platform does not have one of them, or holds it for
   *     broken
   */
  static List<String> cipherSuites(List<String> given) {
    if (given.isEmpty()) {
      return List.of();
    }
    List<String> known = known();
    var suites = new ArrayList<String>();
    for (String name : given) {
      String suite = ALIASES.getOrDefault(name, name);
      if (!known.contains(suite)) {
        throw new IllegalArgumentException(
            "cipherSuites: \""
                + name
                + "\" is not known, or not safe enough for this platform"
                + DidYouMean.among(name, known));
      }
      suites.add(suite);
    }
    return suites;
  }

  private static List<String> known() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new javax.net.ssl.TrustManager[0], null);
      SSLParameters parameters = context.getSupportedSSLParameters();
      return Arrays.asList(parameters.getCipherSuites());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the platform has no TLS", e);
    }
  }
}
