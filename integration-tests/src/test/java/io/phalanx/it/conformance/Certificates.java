package io.phalanx.it.conformance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes the certificates that a case asks for: {@code NAME.crt} and {@code NAME.key}, P-256. */
final class Certificates {
  private record Made(X500Name subject, PrivateKey key) {}

  private final Path directory;
  private final Map<String, Made> made = new HashMap<>();

  Certificates(Path directory) {
    this.directory = directory;
  }

  void make(Spec wanted) throws GeneralSecurityException, OperatorCreationException, IOException {
    String name = wanted.text("name", "");
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = generator.generateKeyPair();
    var own = new Made(subject(wanted.text("cn", name)), pair.getPrivate());
    Made issuer = wanted.text("ca").map(made::get).orElse(own);
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer.subject(),
            new BigInteger(120, new SecureRandom()),
            Date.from(now.minus(Duration.ofMinutes(5))),
            Date.from(now.plus(Duration.ofDays(wanted.number("days", 365)))),
            own.subject(),
            pair.getPublic());
    List<String> sans = wanted.texts("sans");
    if (!sans.isEmpty()) {
      var names = new GeneralName[sans.size()];
      for (int i = 0; i < names.length; i++) {
        boolean isAddress = sans.get(i).matches("[\\d.]+");
        names[i] =
            new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, sans.get(i));
      }
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    builder.addExtension(
        Extension.basicConstraints, true, new BasicConstraints(wanted.flag("is_ca")));
    if (wanted.flag("is_ca")) {
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
    }
    X509CertificateHolder certificate =
        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.key()));
    made.put(name, own);
    write(name + ".crt", "CERTIFICATE", certificate.getEncoded());
    write(name + ".key", "PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  /**
   * @param cn a common name, after which further attributes may come: {@code alice/O=Acme/C=NL}
   */
  private static X500Name subject(String cn) {
    var subject = new X500NameBuilder(BCStyle.INSTANCE);
    for (String attribute : ("CN=" + cn).split("/(?=[A-Z]+=)")) {
      String[] parts = attribute.split("=", 2);
      subject.addRDN(BCStyle.INSTANCE.attrNameToOID(parts[0]), parts[1]);
    }
    return subject.build();
  }

  private void write(String file, String what, byte[] content) throws IOException {
    String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
  }
}
