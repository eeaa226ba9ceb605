package io.phalanx.cluster.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.secrets.OffHeap;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what members share, so that only who has the fleet key can read or change it: AES-256 in
 * GCM with a key derived from the fleet key for one purpose (HKDF, RFC 5869) and a random nonce.
 * Sealed bytes are a format number, the nonce, and the text with its tag. Thread-safe.
 *
 * <p>Promised: secrecy and authenticity of a value, and that it is in the context it was sealed
 * for. Not promised: that it is the newest one; and its length shows. At most 2^32 values may be
 * sealed with one key, which a fleet does not reach.
 */
public final class Sealing {
  private static final byte FORMAT = 1;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BYTES = 32;

  private volatile List<OffHeap> keys;
  private final String purpose;
  private final SecureRandom random = new SecureRandom();

  private Sealing(List<OffHeap> keys, String purpose) {
    this.keys = keys;
    this.purpose = purpose;
  }

  /**
   * @param keys the first seals, all open
   * @param purpose what was sealed for one purpose does not open for another
   */
  public static Sealing of(List<FleetKey> keys, String purpose) {
    return new Sealing(derive(keys, purpose), purpose);
  }

  /** From now on the first of these seals, and all of them open. */
  public void rekey(List<FleetKey> now) {
    keys = derive(now, purpose);
  }

  private static List<OffHeap> derive(List<FleetKey> keys, String purpose) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("without a key nothing can be sealed");
    }
    return keys.stream()
        .map(key -> OffHeap.taken(key.derive("phalanx sealing 1 " + purpose, KEY_BYTES)))
        .toList();
  }

  /** Something that was not sealed here, or not for this, or was changed since. */
  public static final class BrokenSealException extends Exception {
    private BrokenSealException(String message) {
      super(message);
    }
  }

  /**
   * @param context what the value stands beside, in clear; it opens only beside the same
   */
  public byte[] seal(byte[] value, byte[] context) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, context);
      ByteBuffer sealed = ByteBuffer.allocate(1 + NONCE_BYTES + cipher.getOutputSize(value.length));
      sealed.put(FORMAT).put(nonce);
      cipher.doFinal(ByteBuffer.wrap(value), sealed);
      return sealed.array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a value cannot be sealed", e);
    }
  }

  /**
   * @throws BrokenSealException if none of the keys opens it
   * @throws IllegalStateException if a later release sealed it in a form that this one does not
   *     know
   */
  public byte[] open(byte[] sealed, byte[] context) throws BrokenSealException {
    return open(sealed, context, keys);
  }

  /** Whether the key that seals now opens it, so that it stays readable without the others. */
  public boolean isSealedAnew(byte[] sealed, byte[] context) {
    try {
      open(sealed, context, keys.subList(0, 1));
      return true;
    } catch (BrokenSealException _) {
      return false;
    }
  }

  private byte[] open(byte[] sealed, byte[] context, List<OffHeap> with)
      throws BrokenSealException {
    if (sealed.length <= NONCE_BYTES) {
      throw new BrokenSealException("too short for anything sealed");
    }
    if (sealed[0] != FORMAT) {
      throw new IllegalStateException(
          "a value is sealed in format " + sealed[0] + ", this release knows " + FORMAT);
    }
    byte[] nonce = java.util.Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
    for (OffHeap key : with) {
      try {
        return cipher(Cipher.DECRYPT_MODE, key, nonce, context)
            .doFinal(sealed, 1 + NONCE_BYTES, sealed.length - 1 - NONCE_BYTES);
      } catch (AEADBadTagException _) {
        // Not with this key.
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("a sealed value cannot be opened", e);
      }
    }
    throw new BrokenSealException("not sealed with a key of this fleet, or changed since");
  }

  private Cipher cipher(int mode, OffHeap key, byte[] nonce, byte[] context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode,
        key.lend(bytes -> new SecretKeySpec(bytes, "AES")),
        new GCMParameterSpec(TAG_BITS, nonce));
    byte[] meant = purpose.getBytes(UTF_8);
    cipher.updateAAD(ByteBuffer.allocate(5).put(FORMAT).putInt(meant.length).flip());
    cipher.updateAAD(meant);
    cipher.updateAAD(context);
    return cipher;
  }
}
