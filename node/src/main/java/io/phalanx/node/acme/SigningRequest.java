package io.phalanx.node.acme;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** What is to be in a certificate, signed with its key (RFC 2986). */
final class SigningRequest {
  /** A common name is not longer (RFC 5280, appendix A). */
  private static final int MAX_COMMON_NAME = 64;

  private SigningRequest() {}

  /** In DER. */
  static byte[] of(List<String> names, KeptKey key, Resolver.Request wanted) {
    var subject = new X500NameBuilder(BCStyle.INSTANCE);
    String first = names.getFirst();
    if (wanted.commonName() && first.length() <= MAX_COMMON_NAME && !Authority.isAddress(first)) {
      subject.addRDN(BCStyle.CN, first);
    }
    var alternatives = new ArrayList<GeneralName>();
    names.forEach(name -> alternatives.add(generalName(name)));
    wanted
        .emailAddresses()
        .forEach(email -> alternatives.add(new GeneralName(GeneralName.rfc822Name, email)));
    try {
      var extensions = new ExtensionsGenerator();
      extensions.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(alternatives.toArray(GeneralName[]::new)));
      return new JcaPKCS10CertificationRequestBuilder(subject.build(), key.shown())
          .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
          .build(new JcaContentSignerBuilder(signature(key)).build(key.privateKey()))
          .getEncoded();
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException("a certificate cannot be requested", e);
    }
  }

  static GeneralName generalName(String name) {
    return new GeneralName(
        Authority.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  /** The kind that is wanted now may be another than when the key was made. */
  private static String signature(KeptKey key) {
    return key.shown().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
  }
}
