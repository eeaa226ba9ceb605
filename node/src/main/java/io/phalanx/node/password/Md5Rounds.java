package io.phalanx.node.password;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.util.Arrays;

/** MD5-crypt, Poul-Henning Kamp's of FreeBSD, and Apache's, which differs by its magic only. */
final class Md5Rounds {
  private static final int ROUNDS = 1_000;
  private static final int LONGEST_SALT = 8;
  private static final String DIGITS =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** The order in which the bytes of the digest are written, three at a time. */
  private static final int[][] ORDER = {{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}};

  private Md5Rounds() {}

  /** Magic, salt and digest, as they stand in a password file. */
  static String crypt(byte[] password, byte[] givenSalt, String magic) {
    byte[] salt = Arrays.copyOf(givenSalt, Math.min(givenSalt.length, LONGEST_SALT));
    byte[] digest = first(password, salt, magic);
    MessageDigest md5 = PasswordHash.digest("MD5");
    for (int round = 0; round < ROUNDS; round++) {
      boolean odd = (round & 1) == 1;
      md5.update(odd ? password : digest);
      if (round % 3 != 0) {
        md5.update(salt);
      }
      if (round % 7 != 0) {
        md5.update(password);
      }
      md5.update(odd ? digest : password);
      digest = md5.digest();
    }
    return magic + new String(salt, ISO_8859_1) + '$' + written(digest);
  }

  private static byte[] first(byte[] password, byte[] salt, String magic) {
    MessageDigest md5 = PasswordHash.digest("MD5");
    md5.update(password);
    md5.update(salt);
    md5.update(password);
    byte[] inner = md5.digest();
    md5.update(password);
    md5.update(magic.getBytes(ISO_8859_1));
    md5.update(salt);
    for (int left = password.length; left > 0; left -= inner.length) {
      md5.update(inner, 0, Math.min(left, inner.length));
    }
    for (int bits = password.length; bits > 0; bits >>= 1) {
      boolean zero = (bits & 1) == 1;
      md5.update(zero || password.length == 0 ? (byte) 0 : password[0]);
    }
    return md5.digest();
  }

  private static String written(byte[] digest) {
    var text = new StringBuilder(22);
    for (int[] three : ORDER) {
      int high = (digest[three[0]] & 0xff) << 16;
      int middle = (digest[three[1]] & 0xff) << 8;
      int low = digest[three[2]] & 0xff;
      append(text, high | middle | low, 4);
    }
    append(text, digest[11] & 0xff, 2);
    return text.toString();
  }

  private static void append(StringBuilder text, int value, int digits) {
    for (int i = 0; i < digits; i++) {
      text.append(DIGITS.charAt((value >> (6 * i)) & 0x3f));
    }
  }
}
