package io.phalanx.node.forwarding;

import java.net.IDN;
import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names in certificates (RFC 9525): subject alternative names only, never the common name; an
 * asterisk stands for one whole label, the first.
 */
final class HostNames {
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int ADDRESS = 7;

  /** Underscores are no part of host names (RFC 952) and yet used in them. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");

  private HostNames() {}

  /** Whether {@code certificate} is for {@code host}, a name or the text of an address. */
  static boolean isFor(X509Certificate certificate, String host)
      throws CertificateParsingException {
    Optional<InetAddress> address = address(host);
    if (address.isPresent()) {
      return names(certificate, ADDRESS).stream().anyMatch(name -> address(name).equals(address));
    }
    String wanted = ascii(host);
    return names(certificate, DNS).stream().anyMatch(name -> matches(name, wanted));
  }

  /** The URIs that {@code certificate} names. */
  static List<String> uris(X509Certificate certificate) throws CertificateParsingException {
    return names(certificate, URI);
  }

  /** The DNS names and addresses, for messages. */
  static List<String> all(X509Certificate certificate) throws CertificateParsingException {
    var all = new java.util.ArrayList<>(names(certificate, DNS));
    all.addAll(names(certificate, ADDRESS));
    return all;
  }

  private static List<String> names(X509Certificate certificate, int type)
      throws CertificateParsingException {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    if (names == null) {
      return List.of();
    }
    return names.stream()
        .filter(name -> name.getFirst() instanceof Integer of && of == type)
        .map(name -> String.valueOf(name.get(1)))
        .toList();
  }

  private static boolean matches(String name, String wanted) {
    String pattern = name.toLowerCase(Locale.ROOT);
    if (!pattern.startsWith("*.")) {
      return pattern.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0 && pattern.substring(1).equals(wanted.substring(dot));
  }

  /** As names stand in certificates and in SNI: lower case, no dot at the end, IDNA. */
  static String ascii(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    try {
      return IDN.toASCII(name).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException _) {
      return name.toLowerCase(Locale.ROOT);
    }
  }

  /** Whether {@code host} is an address, or of labels that stand in certificates or URLs. */
  static boolean isHost(String host) {
    return address(host).isPresent() || NAME.matcher(ascii(host)).matches();
  }

  /** The address that {@code host} is the text of, if it is one. */
  static Optional<InetAddress> address(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
