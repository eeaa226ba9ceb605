package io.phalanx.cluster.key;

import io.phalanx.secrets.OffHeap;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what members give to strangers and want to know again: HMAC-SHA-256 (RFC 2104) with a key
 * derived from the fleet key for one purpose (HKDF, RFC 5869). Thread-safe.
 *
 * <p>Promised: only who has one of the keys can make a signature. Not promised: secrecy, or that a
 * text was signed but a moment ago.
 */
public final class Signing {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;

  private final List<OffHeap> keys;

  private Signing(List<OffHeap> keys) {
    this.keys = keys;
  }

  /**
   * @param keys the first signs, all are known again
   * @param purpose a signature for one purpose is none for another
   */
  public static Signing of(List<FleetKey> keys, String purpose) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("without a key nothing can be signed");
    }
    return new Signing(
        keys.stream()
            .map(key -> OffHeap.taken(key.derive("phalanx signing 1 " + purpose, KEY_BYTES)))
            .toList());
  }

  /**
   * The signatures of a text, 32 bytes each: the first is the one to give away, every one is to be
   * known again. Compare in constant time.
   */
  public List<byte[]> signatures(byte[] text) {
    return keys.stream().map(key -> signature(key, text)).toList();
  }

  private static byte[] signature(OffHeap key, byte[] text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key.lend(bytes -> new SecretKeySpec(bytes, ALGORITHM)));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a text cannot be signed", e);
    }
  }
}
