package io.phalanx.node.password;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * What is kept of a password, as Traefik takes it: bcrypt, {@code {SHA}}, and MD5-crypt for all
 * else. What is none of them is the hash of no password. Prints nothing of itself.
 */
public sealed interface PasswordHash {
  /** Whether it is the hash of these bytes. Takes as long if it is not. */
  boolean matches(byte[] password);

  /** How long that takes, in microseconds or so. */
  long cost();

  /** The text that it is, for {@link PasswordChecks} to tell hashes apart. */
  String text();

  /** The hash of a password that nobody has, which costs as much to compare. */
  PasswordHash ofNobody();

  /**
   * @param text as it stands behind the colon of an entry
   * @throws IllegalArgumentException if comparing would take minutes
   */
  static PasswordHash of(String text) {
    if (text.startsWith("{SHA}")) {
      return new Sha1(text);
    }
    if (text.startsWith("$2")) {
      return Bcrypt.of(text);
    }
    return new Md5Crypt(text);
  }

  /** As {@code htpasswd -B} writes it. */
  final class Bcrypt implements PasswordHash {
    private static final Pattern FORM =
        Pattern.compile("\\$2[abxy]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");

    /** Each one more doubles the time: this takes some five seconds. */
    private static final int HIGHEST_COST = 16;

    private static final long MICROSECONDS_OF_LOWEST = 1_200;
    private static final int LOWEST_COST = 4;

    private final String text;
    private final int cost;

    private Bcrypt(String text, int cost) {
      this.text = text;
      this.cost = cost;
    }

    static PasswordHash of(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches() || Integer.parseInt(form.group(1)) < LOWEST_COST) {
        return new Md5Crypt(text);
      }
      int cost = Integer.parseInt(form.group(1));
      if (cost > HIGHEST_COST) {
        throw new IllegalArgumentException(
            "a bcrypt cost of %d takes minutes for each login; the highest is %d"
                .formatted(cost, HIGHEST_COST));
      }
      return new Bcrypt(text, cost);
    }

    @Override
    public boolean matches(byte[] password) {
      return OpenBSDBCrypt.checkPassword(text, password);
    }

    @Override
    public long cost() {
      return MICROSECONDS_OF_LOWEST << (cost - LOWEST_COST);
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public PasswordHash ofNobody() {
      return new Bcrypt("$2y$%02d$".formatted(cost) + ".".repeat(53), cost);
    }
  }

  /** As {@code htpasswd -s} writes it: no salt, one SHA-1. */
  final class Sha1 implements PasswordHash {
    private final String text;
    private final byte[] bytes;

    private Sha1(String text) {
      this.text = text;
      this.bytes = text.getBytes(ISO_8859_1);
    }

    @Override
    public boolean matches(byte[] password) {
      byte[] own =
          ("{SHA}" + Base64.getEncoder().encodeToString(digest("SHA-1").digest(password)))
              .getBytes(ISO_8859_1);
      return MessageDigest.isEqual(own, bytes);
    }

    @Override
    public long cost() {
      return 1;
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public PasswordHash ofNobody() {
      return new Sha1("{SHA}");
    }
  }

  /** As {@code htpasswd -m} and crypt(3) write it; what has another form matches nothing. */
  final class Md5Crypt implements PasswordHash {
    private static final Pattern FORM = Pattern.compile("(\\$(?:apr1|1)\\$)([^$]*)\\$.*");
    private static final long MICROSECONDS = 500;

    private final String text;
    private final String magic;
    private final byte[] salt;

    private Md5Crypt(String text) {
      this.text = text;
      Matcher form = FORM.matcher(text);
      this.magic = form.matches() ? form.group(1) : "";
      this.salt = (magic.isEmpty() ? "" : form.group(2)).getBytes(ISO_8859_1);
    }

    @Override
    public boolean matches(byte[] password) {
      String own = Md5Rounds.crypt(password, salt, magic);
      return MessageDigest.isEqual(own.getBytes(ISO_8859_1), text.getBytes(ISO_8859_1))
          && !magic.isEmpty();
    }

    @Override
    public long cost() {
      return MICROSECONDS;
    }

    @Override
    public String text() {
      return text;
    }

    @Override
    public PasswordHash ofNobody() {
      return new Md5Crypt("$apr1$nobodies$");
    }
  }

  /** One that every Java has. */
  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks " + algorithm, e);
    }
  }
}
