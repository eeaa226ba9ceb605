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
      Signature signing = Signature.getInstance(algorithm);
      signing.initSign(privateKey);
      signing.update(MESSAGE);
      byte[] signed = signing.sign();
      // Hidden keys are signed with elsewhere than others are verified.
      Signature verifying = Signature.getInstance(algorithm);
      verifying.initVerify(publicKey);
      verifying.update(MESSAGE);
      return verifying.verify(signed);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
