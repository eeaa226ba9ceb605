package io.phalanx.node.pem;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.phalanx.secrets.HiddenKey;
import io.phalanx.secrets.OffHeap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PEM text that an option holds itself or names the file of. Messages of failures name the
 * file and what is wrong with it, and hold nothing of a key.
 */
public final class Pem {
  private static final long MAX_BYTES = 1 << 20;
  private static final String BEGIN = "-----BEGIN ";
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private Pem() {}

  /** One block: its label and the text between its lines. */
  private record Block(String label, String content) {}

  /**
   * All certificates, in the order in which they stand; at least one.
   *
   * @throws PemException if the file cannot be read, holds none, or a broken one
   */
  public static List<X509Certificate> certificates(String fileOrText) throws PemException {
    var certificates = new ArrayList<X509Certificate>();
    for (Block block : blocks(fileOrText)) {
      if (block.label().equals("CERTIFICATE") || block.label().equals("TRUSTED CERTIFICATE")) {
        certificates.add(certificate(fileOrText, block));
      }
    }
    if (certificates.isEmpty()) {
      throw new PemException(shown(fileOrText) + " holds no certificate");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(String fileOrText, Block block) throws PemException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(KeyDecoding.decode(block.content())));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new PemException(shown(fileOrText) + " holds a certificate that cannot be read", e);
    }
  }

  /**
   * The first private key: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted. It is hidden.
   *
   * @throws PemException if the file cannot be read or holds none
   */
  public static PrivateKey privateKey(String fileOrText) throws PemException {
    return HiddenKey.of(shownKey(fileOrText));
  }

  /**
   * The same for those who keep keys themselves: in PKCS #8.
   *
   * @throws PemException if the file cannot be read or holds none
   */
  public static OffHeap encodedKey(String fileOrText) throws PemException {
    return OffHeap.taken(shownKey(fileOrText).getEncoded());
  }

  /**
   * A private key in DER without the name of its form: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC). It is
   * not hidden.
   *
   * @throws PemException if it is none of these
   */
  public static PrivateKey privateKey(byte[] der) throws PemException {
    String base64 = Base64.getEncoder().encodeToString(der);
    for (String label : List.of("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")) {
      try {
        return KeyDecoding.privateKey(label, base64);
      } catch (GeneralSecurityException | IllegalArgumentException _) {
        // Of another form.
      }
    }
    throw new PemException("the key cannot be read");
  }

  /** One block of PEM text (RFC 7468). */
  public static String text(String label, byte[] der) {
    return BEGIN
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** Certificates, in their order. */
  public static String text(List<X509Certificate> chain) {
    var text = new StringBuilder();
    for (X509Certificate certificate : chain) {
      try {
        text.append(text("CERTIFICATE", certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("a certificate that is none", e);
      }
    }
    return text.toString();
  }

  private static PrivateKey shownKey(String fileOrText) throws PemException {
    for (Block block : blocks(fileOrText)) {
      if (block.label().equals("ENCRYPTED PRIVATE KEY") || block.content().contains("ENCRYPTED")) {
        throw new PemException(
            shown(fileOrText) + " holds an encrypted key, which cannot be read without its word");
      }
      if (block.label().endsWith("PRIVATE KEY")) {
        try {
          return KeyDecoding.privateKey(block.label(), block.content());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
          throw new PemException(shown(fileOrText) + " holds a key that cannot be read", e);
        }
      }
    }
    throw new PemException(shown(fileOrText) + " holds no private key");
  }

  private static List<Block> blocks(String fileOrText) throws PemException {
    Matcher found = BLOCK.matcher(text(fileOrText));
    var blocks = new ArrayList<Block>();
    while (found.find()) {
      blocks.add(new Block(found.group(1), found.group(2)));
    }
    return blocks;
  }

  private static String text(String fileOrText) throws PemException {
    if (isText(fileOrText)) {
      return fileOrText;
    }
    try {
      Path file = Path.of(fileOrText);
      if (Files.size(file) > MAX_BYTES) {
        throw new PemException(fileOrText + " is larger than " + MAX_BYTES + " bytes");
      }
      return Files.readString(file, ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw new PemException("there is no file " + fileOrText, e);
    } catch (IOException | InvalidPathException e) {
      throw new PemException(fileOrText + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isText(String fileOrText) {
    return fileOrText.contains(BEGIN);
  }

  private static String shown(String fileOrText) {
    return isText(fileOrText) ? "the PEM text" : fileOrText;
  }
}
