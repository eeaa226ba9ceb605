package io.phalanx.node.pem;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Private keys out of their DER. The platform reads PKCS #8 only, so the older forms are put into
 * one: RSA keys of PKCS #1 (RFC 8017, appendix A.1.2) and EC keys of SEC 1 (RFC 5915).
 */
final class KeyDecoding {
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int CURVE = 0xa0;
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

  /** rsaEncryption (1.2.840.113549.1.1.1) with its NULL. */
  private static final byte[] RSA = {
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };

  /** id-ecPublicKey (1.2.840.10045.2.1). */
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private KeyDecoding() {}

  /**
   * @throws IllegalArgumentException if it is not base64
   */
  static byte[] decode(String base64) {
    return Base64.getMimeDecoder().decode(base64);
  }

  static PrivateKey privateKey(String label, String base64) throws GeneralSecurityException {
    byte[] der = decode(base64);
    return switch (label) {
      case "RSA PRIVATE KEY" -> of(List.of("RSA"), wrapped(RSA, der));
      case "EC PRIVATE KEY" -> of(List.of("EC"), wrapped(join(EC, curve(der)), der));
      default -> of(List.of("RSA", "EC", "EdDSA"), der);
    };
  }

  private static PrivateKey of(List<String> algorithms, byte[] pkcs8)
      throws GeneralSecurityException {
    for (String algorithm : algorithms) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException _) {
        // Of another kind.
      }
    }
    throw new InvalidKeySpecException("none of " + algorithms);
  }

  private static byte[] wrapped(byte[] algorithm, byte[] key) {
    return tagged(SEQUENCE, join(VERSION_0, tagged(SEQUENCE, algorithm), tagged(OCTETS, key)));
  }

  /** The curve that an EC key names: the content of its element [0]. */
  private static byte[] curve(byte[] key) throws InvalidKeySpecException {
    int at = content(key, 0);
    while (at < key.length) {
      int start = content(key, at);
      int end = start + length(key, at);
      if (end > key.length) {
        throw new InvalidKeySpecException("an element is longer than the key");
      }
      if ((key[at] & 0xff) == CURVE) {
        return Arrays.copyOfRange(key, start, end);
      }
      at = end;
    }
    throw new InvalidKeySpecException("it names no curve");
  }

  /** Where the content of the element at {@code at} begins. */
  private static int content(byte[] der, int at) throws InvalidKeySpecException {
    int first = byteAt(der, at + 1);
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) throws InvalidKeySpecException {
    int first = byteAt(der, at + 1);
    if (first < 0x80) {
      return first;
    }
    int size = first & 0x7f;
    if (size < 1 || size > 2) {
      throw new InvalidKeySpecException("an element is too long");
    }
    int length = 0;
    for (int i = 0; i < size; i++) {
      length = length << 8 | byteAt(der, at + 2 + i);
    }
    return length;
  }

  private static int byteAt(byte[] der, int at) throws InvalidKeySpecException {
    if (at >= der.length) {
      throw new InvalidKeySpecException("it ends early");
    }
    return der[at] & 0xff;
  }

  private static byte[] tagged(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
