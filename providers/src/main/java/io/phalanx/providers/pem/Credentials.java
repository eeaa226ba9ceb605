package io.phalanx.providers.pem;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.secrets.HiddenKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * A certificate, the authorities above it as its file has them, and the key that belongs to it.
 *
 * @param chain the certificate itself first
 * @param key hidden, see {@link HiddenKey}
 */
public record Credentials(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = "phalanx".getBytes(US_ASCII);

  public Credentials {
    chain = List.copyOf(chain);
    key = HiddenKey.of(key);
  }

  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /**
   * Reads PEM texts.
   *
   * @param certificates one or more {@code CERTIFICATE} blocks
   * @param key RSA, EC or Ed25519; PKCS #8, PKCS #1 or SEC 1, not encrypted
   * @throws PemException if a text is something else or the two do not belong together
   */
  public static Credentials parse(String certificates, String key) throws PemException {
    List<X509Certificate> chain = certificates(certificates);
    PrivateKey parsed = privateKey(key);
    for (int i = 0; i < chain.size(); i++) {
      if (belongTogether(chain.get(i).getPublicKey(), parsed)) {
        requireFirst(i + 1);
        return new Credentials(chain, parsed);
      }
    }
    throw new PemException("the key is not the key of the certificate");
  }

  private static void requireFirst(int number) throws PemException {
    if (number > 1) {
      throw new PemException(
          "the key is that of certificate "
              + number
              + " in it, which has to be the first; the authorities above it follow");
    }
  }

  /**
   * Reads the certificates of a PEM text, in their order. What else is in it, such as parameters
   * that other servers have in the same file, is left aside.
   *
   * @throws PemException if there are none, or one cannot be read
   */
  public static List<X509Certificate> certificates(String text) throws PemException {
    String blocks = PemText.only(label -> label.endsWith("CERTIFICATE"), text);
    try {
      Collection<? extends java.security.cert.Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(blocks.getBytes(US_ASCII)));
      var chain = new ArrayList<X509Certificate>();
      all.forEach(certificate -> chain.add((X509Certificate) certificate));
      if (chain.isEmpty()) {
        throw new PemException("holds no certificate (BEGIN CERTIFICATE)");
      }
      return chain;
    } catch (GeneralSecurityException _) {
      throw new PemException("holds no certificate that can be read");
    }
  }

  private static PrivateKey privateKey(String text) throws PemException {
    String keys = PemText.only(label -> label.endsWith("PRIVATE KEY"), text);
    try (var parser = new PEMParser(new StringReader(keys))) {
      @Nullable Object found = parser.readObject();
      while (found != null) {
        switch (found) {
          case PrivateKeyInfo info -> {
            return key(info);
          }
          case PEMKeyPair pair -> {
            return key(pair.getPrivateKeyInfo());
          }
          case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ ->
              throw new PemException("the key is encrypted; it has to be without a passphrase");
          default -> found = parser.readObject();
        }
      }
    } catch (IOException | RuntimeException _) {
      throw new PemException("the key cannot be read");
    }
    throw new PemException("holds no private key (BEGIN PRIVATE KEY)");
  }

  private static PrivateKey key(PrivateKeyInfo info) throws IOException, PemException {
    try {
      return KeyFactory.getInstance(info.getPrivateKeyAlgorithm().getAlgorithm().getId())
          .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    } catch (GeneralSecurityException _) {
      throw new PemException("the key is neither an RSA nor an EC nor an Ed25519 key");
    }
  }

  private static boolean belongTogether(PublicKey known, PrivateKey key) throws PemException {
    return switch (key) {
      case RSAPrivateKey rsa ->
          known instanceof RSAPublicKey other && other.getModulus().equals(rsa.getModulus());
      case ECPrivateKey _ -> known instanceof ECPublicKey && signs("SHA256withECDSA", key, known);
      default ->
          known.getAlgorithm().equals(key.getAlgorithm()) && signs(key.getAlgorithm(), key, known);
    };
  }

  private static boolean signs(String algorithm, PrivateKey key, PublicKey known)
      throws PemException {
    try {
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(key);
      signing.update(PROBE);
      byte[] signature = signing.sign();
      Signature checking = Signature.getInstance(algorithm);
      checking.initVerify(known);
      checking.update(PROBE);
      return checking.verify(signature);
    } catch (GeneralSecurityException _) {
      throw new PemException("the key cannot sign");
    }
  }
}
