package io.phalanx.node.middleware;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.node.exchange.AddressText;
import io.phalanx.providers.dynamic.AccessOptions.CertificateInfo;
import io.phalanx.providers.dynamic.AccessOptions.IssuerInfo;
import io.phalanx.providers.dynamic.AccessOptions.SubjectInfo;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/**
 * Chosen fields of certificates as Traefik writes them: {@code Subject="C=NL,CN=a";NB="0"}, a comma
 * between two certificates, and all of it escaped as in a query. Values themselves are not escaped,
 * so that whoever may choose a name freely can make it look like other fields.
 */
final class CertificateText {
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int ADDRESS = 7;

  /** Names, e-mail addresses, addresses, URIs: in the order of Go's fields. */
  private static final List<Integer> ORDER = List.of(DNS, EMAIL, ADDRESS, URI);

  /** The parts of a name (RFC 4519), in the order in which they are written. */
  private enum Part {
    DOMAIN_COMPONENT("DC", "0.9.2342.19200300.100.1.25", false),
    COUNTRY("C", "2.5.4.6", false),
    PROVINCE("ST", "2.5.4.8", false),
    LOCALITY("L", "2.5.4.7", false),
    ORGANIZATION("O", "2.5.4.10", false),
    UNIT("OU", "2.5.4.11", false),
    COMMON_NAME("CN", "2.5.4.3", true),
    SERIAL_NUMBER("SN", "2.5.4.5", true);

    private final String prefix;
    private final String type;
    private final boolean lastOnly;

    Part(String prefix, String type, boolean lastOnly) {
      this.prefix = prefix;
      this.type = type;
      this.lastOnly = lastOnly;
    }
  }

  private final CertificateInfo options;
  private final Set<Part> subject;
  private final Set<Part> issuer;

  CertificateText(CertificateInfo options) {
    this.options = options;
    this.subject = options.subject().map(CertificateText::parts).orElse(Set.of());
    this.issuer = options.issuer().map(CertificateText::parts).orElse(Set.of());
  }

  private static Set<Part> parts(SubjectInfo wanted) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    add(parts, wanted.domainComponent(), Part.DOMAIN_COMPONENT);
    add(parts, wanted.country(), Part.COUNTRY);
    add(parts, wanted.province(), Part.PROVINCE);
    add(parts, wanted.locality(), Part.LOCALITY);
    add(parts, wanted.organization(), Part.ORGANIZATION);
    add(parts, wanted.organizationalUnit(), Part.UNIT);
    add(parts, wanted.commonName(), Part.COMMON_NAME);
    add(parts, wanted.serialNumber(), Part.SERIAL_NUMBER);
    return parts;
  }

  private static Set<Part> parts(IssuerInfo wanted) {
    return parts(
        new SubjectInfo(
            wanted.country(),
            wanted.province(),
            wanted.locality(),
            wanted.organization(),
            false,
            wanted.commonName(),
            wanted.serialNumber(),
            wanted.domainComponent()));
  }

  private static void add(Set<Part> parts, boolean wanted, Part part) {
    if (wanted) {
      parts.add(part);
    }
  }

  String of(List<X509Certificate> certificates) {
    var texts = new StringJoiner(",");
    certificates.forEach(certificate -> texts.add(fields(certificate)));
    return URLEncoder.encode(texts.toString(), UTF_8).replace("*", "%2A").replace("%7E", "~");
  }

  private String fields(X509Certificate certificate) {
    var fields = new StringJoiner(";");
    addField(fields, "Subject", name(certificate.getSubjectX500Principal(), subject));
    addField(fields, "Issuer", name(certificate.getIssuerX500Principal(), issuer));
    if (options.serialNumber()) {
      addField(fields, "SerialNumber", certificate.getSerialNumber().toString());
    }
    if (options.notBefore()) {
      addField(fields, "NB", seconds(certificate.getNotBefore().toInstant()));
    }
    if (options.notAfter()) {
      addField(fields, "NA", seconds(certificate.getNotAfter().toInstant()));
    }
    if (options.sans()) {
      addField(fields, "SAN", String.join(",", alternatives(certificate)));
    }
    return fields.toString();
  }

  private static void addField(StringJoiner to, String field, String value) {
    if (!value.isEmpty()) {
      to.add(field + "=\"" + value + '"');
    }
  }

  private static String seconds(Instant time) {
    return Long.toString(time.getEpochSecond());
  }

  private static String name(X500Principal principal, Set<Part> wanted) {
    if (wanted.isEmpty()) {
      return "";
    }
    RDN[] all = X500Name.getInstance(principal.getEncoded()).getRDNs();
    var text = new StringJoiner(",");
    for (Part part : wanted) {
      List<String> values = values(all, part.type);
      if (part.lastOnly && !values.isEmpty()) {
        values = List.of(values.getLast());
      }
      values.stream()
          .filter(value -> !value.isEmpty())
          .forEach(value -> text.add(part.prefix + '=' + value));
    }
    return text.toString();
  }

  private static List<String> values(RDN[] all, String type) {
    var values = new ArrayList<String>();
    for (RDN each : all) {
      for (AttributeTypeAndValue part : each.getTypesAndValues()) {
        if (part.getType().getId().equals(type) && part.getValue() instanceof ASN1String value) {
          values.add(value.getString());
        }
      }
    }
    return values;
  }

  private static List<String> alternatives(X509Certificate certificate) {
    var names = new ArrayList<String>();
    @Nullable Collection<List<?>> all;
    try {
      all = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException _) {
      return List.of(); // It has none that can be read.
    }
    for (Integer kind : ORDER) {
      for (List<?> name : all == null ? List.<List<?>>of() : all) {
        if (kind.equals(name.get(0)) && name.get(1) instanceof String text) {
          names.add(kind == ADDRESS ? AddressText.of(InetAddress.ofLiteral(text)) : text);
        }
      }
    }
    return names;
  }
}
