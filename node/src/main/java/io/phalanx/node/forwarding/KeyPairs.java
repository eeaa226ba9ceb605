package io.phalanx.node.forwarding;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether a private key is the one of a public key, found out by a signature. */
final class KeyPairs {
  private static final byte[] MESSAGE = {1, 2, 3, 4};

  private KeyPairs() {}

  static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> "EdDSA";
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(MESSAGE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(MESSAGE);
      return signature.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
