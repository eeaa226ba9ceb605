package io.phalanx.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.secrets.OffHeap;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of texts and of bytes. */
public final class Sha256 {
  private Sha256() {}

  /** Of one behind the other, in UTF-8. */
  public static byte[] of(String... texts) {
    MessageDigest digest = digest();
    for (String text : texts) {
      digest.update(text.getBytes(UTF_8));
    }
    return digest.digest();
  }

  public static byte[] of(byte[] bytes) {
    return digest().digest(bytes);
  }

  /** Of a text, in UTF-8, and what is hidden behind it. */
  public static byte[] of(String before, OffHeap hidden) {
    MessageDigest digest = digest();
    digest.update(before.getBytes(UTF_8));
    hidden.into(digest);
    return digest.digest();
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
