package io.phalanx.node.tls;

import io.phalanx.providers.dynamic.Tls;
import io.phalanx.providers.tree.DidYouMean;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Makes terms of options. What a user asks for is either offered or told: an option with a mistake
 * refuses the whole set, and what Go has and this Java does not is left out of a list and named.
 */
final class TermsReader {
  private static final List<String> STANDARD_PROTOCOLS = List.of("h2", "http/1.1", "acme-tls/1");

  private final TlsEngines engines;
  private final List<String> remarks = new ArrayList<>();

  private TermsReader(TlsEngines engines) {
    this.engines = engines;
  }

  /**
   * @param terms empty if the options are refused
   * @param remarks why, or what of them is not as it was written
   */
  record Result(Optional<TlsTerms> terms, List<String> remarks) {}

  private static final class MistakeException extends Exception {
    MistakeException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * @param engines by whom the terms will be served
   */
  static Result read(Tls.Options options, TlsEngines engines) {
    if (options.equals(Tls.Options.REFUSING)) {
      return new Result(
          Optional.empty(), List.of("they cannot be read: handshakes that need them are refused"));
    }
    var reader = new TermsReader(engines);
    try {
      var terms =
          new TlsTerms(
              reader.versions(options),
              reader.suites(options.cipherSuites()),
              reader.groups(options.curvePreferences()),
              options.alpnProtocols().isEmpty() ? STANDARD_PROTOCOLS : options.alpnProtocols(),
              options.sniStrict(),
              !options.disableSessionTickets(),
              clients(options.clientAuth()),
              engines);
      return new Result(Optional.of(terms), reader.remarks);
    } catch (MistakeException e) {
      return new Result(Optional.empty(), List.of(String.valueOf(e.getMessage())));
    }
  }

  private static ClientCertificates clients(Optional<Tls.ClientAuth> given)
      throws MistakeException {
    if (given.isEmpty()) {
      return ClientCertificates.NONE;
    }
    try {
      return ClientAuthReader.read(given.get());
    } catch (IllegalArgumentException e) {
      // To go on without would let everybody in.
      throw new MistakeException(e.getMessage() + ": handshakes with these options are refused");
    }
  }

  private List<String> versions(Tls.Options options) throws MistakeException {
    int min = version("minVersion", options.minVersion(), "VersionTLS12");
    int max = version("maxVersion", options.maxVersion(), "VersionTLS13");
    if (min > max) {
      throw new MistakeException("minVersion is above maxVersion");
    }
    List<String> wanted = TlsNames.VERSIONS.subList(min, max + 1);
    List<String> served =
        wanted.reversed().stream()
            .filter(TlsNames.SERVED_VERSIONS::containsKey)
            .map(TlsNames.SERVED_VERSIONS::get)
            .toList();
    if (served.isEmpty()) {
      throw new MistakeException("versions below TLS 1.2 are not offered (RFC 8996)");
    }
    if (served.size() < wanted.size()) {
      remarks.add("minVersion: versions below TLS 1.2 are not offered (RFC 8996)");
    }
    return served;
  }

  private static int version(String option, Optional<String> given, String otherwise)
      throws MistakeException {
    String name = given.filter(text -> !text.isEmpty()).orElse(otherwise);
    int at = TlsNames.VERSIONS.indexOf(name);
    if (at < 0) {
      throw new MistakeException(
          option + ": there is no " + name + DidYouMean.among(name, TlsNames.VERSIONS));
    }
    return at;
  }

  private List<String> suites(List<String> given) throws MistakeException {
    Set<String> possible = supported();
    List<String> wanted = given.isEmpty() ? TlsNames.TLS12_SUITES : given;
    var suites = new ArrayList<>(TlsNames.TLS13_SUITES);
    for (String name : wanted) {
      String suite = TlsNames.SHORT_SUITES.getOrDefault(name, name);
      if (!TlsNames.TLS13_SUITES.contains(suite)
          && !TlsNames.TLS12_SUITES.contains(suite)
          && !TlsNames.OTHER_SUITES.contains(suite)) {
        throw new MistakeException(
            "cipherSuites: there is no "
                + name
                + DidYouMean.among(
                    name,
                    Stream.concat(TlsNames.TLS12_SUITES.stream(), TlsNames.OTHER_SUITES.stream())
                        .toList()));
      } else if (!possible.contains(suite)) {
        remarks.add("cipherSuites: " + name + " is not offered by this node");
      } else if (!suites.contains(suite)) {
        suites.add(suite);
      }
    }
    return suites;
  }

  /** The default context would read all authorities that this Java trusts. */
  private static Set<String> supported() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return Stream.of(context.getSupportedSSLParameters().getCipherSuites())
          .collect(Collectors.toUnmodifiableSet());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  private List<String> groups(List<String> given) throws MistakeException {
    var groups = new ArrayList<String>();
    for (String name : given) {
      String group = TlsNames.GROUPS.getOrDefault(name, "");
      if (group.isEmpty() && !TlsNames.OTHER_GROUPS.contains(name)) {
        throw new MistakeException(
            "curvePreferences: there is no "
                + name
                + DidYouMean.among(name, TlsNames.GROUPS.keySet()));
      }
      if (!group.isEmpty() && engines.hasGroup(group)) {
        groups.add(group);
      } else {
        remarks.add("curvePreferences: " + name + " is not offered by this node");
      }
    }
    // Some certificates are served by the platform, whoever serves the others.
    if (!given.isEmpty() && groups.stream().noneMatch(TlsNames.JDK_GROUPS::contains)) {
      throw new MistakeException(
          "curvePreferences: one of X25519, CurveP256, CurveP384 and CurveP521 has to be among"
              + " them");
    }
    return groups;
  }
}
