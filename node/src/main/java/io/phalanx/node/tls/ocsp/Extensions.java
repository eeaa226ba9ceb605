package io.phalanx.node.tls.ocsp;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;

/** What certificates say of responders. */
final class Extensions {
  private static final int MAX_URL = 2_000;

  private Extensions() {}

  /** The first responder that can be asked by HTTP; empty if it names none. */
  static Optional<String> responder(X509Certificate certificate) {
    try {
      AuthorityInformationAccess access =
          AuthorityInformationAccess.fromExtensions(
              new JcaX509CertificateHolder(certificate).getExtensions());
      return access == null
          ? Optional.empty()
          : Stream.of(access.getAccessDescriptions())
              .filter(one -> one.getAccessMethod().equals(AccessDescription.id_ad_ocsp))
              .map(AccessDescription::getAccessLocation)
              .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
              .map(name -> name.getName().toString())
              .filter(url -> url(url).isPresent())
              .findFirst();
    } catch (CertificateEncodingException | RuntimeException _) {
      return Optional.empty(); // It says nothing that can be read.
    }
  }

  /** One that may be asked; empty if it is another one. */
  static Optional<URI> url(String text) {
    if (text.length() > MAX_URL) {
      return Optional.empty();
    }
    try {
      var url = new URI(text);
      boolean isHttp = List.of("http", "https").contains(String.valueOf(url.getScheme()));
      return Optional.of(url)
          .filter(one -> isHttp && one.getHost() != null && one.getRawUserInfo() == null);
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }
}
