package io.phalanx.node.acme;

import io.phalanx.secrets.OffHeap;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/**
 * A key pair that is kept in a document.
 *
 * @param secret the private key in PKCS #8, outside of the heap
 */
record KeptKey(PublicKey shown, OffHeap secret) {
  static KeptKey of(KeyPair pair) {
    return new KeptKey(pair.getPublic(), OffHeap.taken(pair.getPrivate().getEncoded()));
  }

  /**
   * @param shown in X.509's form
   * @param secret in PKCS #8; is wiped
   * @throws GeneralSecurityException if they are no keys
   */
  static KeptKey of(String algorithm, byte[] shown, byte[] secret) throws GeneralSecurityException {
    return new KeptKey(
        KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(shown)),
        OffHeap.taken(secret));
  }

  /** The pair as the platform has it, for the moment. */
  KeyPair pair() {
    return new KeyPair(shown, privateKey());
  }

  PrivateKey privateKey() {
    try {
      return secret.lend(
          bytes ->
              KeyFactory.getInstance(shown.getAlgorithm())
                  .generatePrivate(new PKCS8EncodedKeySpec(bytes)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that is kept cannot be read", e);
    }
  }
}
