package io.phalanx.node.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * What an authority is shown in its handshake: self-signed, for one name, with what proves that the
 * account is meant (RFC 8737, section 3). Each member makes its own.
 */
final class ValidationCertificate {
  private static final ASN1ObjectIdentifier ACME_IDENTIFIER =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.31");
  private static final Duration VALID = Duration.ofDays(7);

  private ValidationCertificate() {}

  static ServerCertificate of(ChallengeAnswer answer, Instant now) {
    KeyPair pair = KeyKind.EC256.generate();
    var name = new X500Name("CN=ACME challenge");
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              new BigInteger(120, new SecureRandom()),
              Date.from(now.minus(VALID)),
              Date.from(now.plus(VALID)),
              name,
              pair.getPublic());
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(SigningRequest.generalName(answer.name())));
      byte[] proof =
          MessageDigest.getInstance("SHA-256").digest(answer.authorization().getBytes(US_ASCII));
      builder.addExtension(ACME_IDENTIFIER, true, new DEROctetString(proof));
      return new ServerCertificate(
          new Credentials(
              List.of(
                  new JcaX509CertificateConverter()
                      .getCertificate(
                          builder.build(
                              new JcaContentSignerBuilder("SHA256withECDSA")
                                  .build(pair.getPrivate())))),
              pair.getPrivate()));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("a challenge cannot be answered", e);
    }
  }

  /** How the authority asks for it: an address by its reverse name (RFC 8738, section 6). */
  static String serverName(String name) {
    if (!Authority.isAddress(name)) {
      return name;
    }
    InetAddress address = InetAddress.ofLiteral(name);
    var reversed = new StringBuilder();
    byte[] bytes = address.getAddress();
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (address instanceof Inet6Address) {
        reversed.append(Character.forDigit(bytes[i] & 15, 16)).append('.');
        reversed.append(Character.forDigit(bytes[i] >> 4 & 15, 16)).append('.');
      } else {
        reversed.append(bytes[i] & 0xff).append('.');
      }
    }
    return reversed + (address instanceof Inet6Address ? "ip6.arpa" : "in-addr.arpa");
  }
}
