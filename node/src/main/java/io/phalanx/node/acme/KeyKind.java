package io.phalanx.node.acme;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** What a key is. */
public enum KeyKind {
  EC256("secp256r1", 0),
  EC384("secp384r1", 0),
  RSA2048("", 2048),
  RSA4096("", 4096),
  RSA8192("", 8192);

  private final String curve;
  private final int bits;

  /**
   * @param curve empty for RSA, which has bits
   */
  KeyKind(String curve, int bits) {
    this.curve = curve;
    this.bits = bits;
  }

  /** A new one. Takes some milliseconds; seconds for RSA of many bits. */
  KeyPair generate() {
    try {
      if (curve.isEmpty()) {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
      }
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java makes no key " + name(), e);
    }
  }
}
