package io.phalanx.node.digest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.phalanx.cluster.key.Signing;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;

/**
 * Nonces that every member of the fleet knows again: they say when they were made and are signed.
 * Each may be used for an hour, and with each count once: that is remembered by the node that saw
 * it, so that whoever overhears a request can repeat it at another node, once at each. Thread-safe.
 */
public final class Nonces {
  /** What became of one. */
  public enum Use {
    FIRST,

    /** Not ours, too old, or used with this count before: the client is to take another one. */
    STALE
  }

  private static final Duration LONGEST = Duration.ofHours(1);
  private static final Duration MOST_AHEAD = Duration.ofMinutes(5);
  private static final int MOST_REMEMBERED = 10_000;
  private static final int SIGNED = 16;
  private static final int SIGNATURE = 16;

  private final Signing signing;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final Cache<String, Counts> used =
      Caffeine.newBuilder()
          .maximumSize(MOST_REMEMBERED)
          .expireAfterAccess(LONGEST)
          .executor(Runnable::run)
          .build();

  /** Which counts came: requests of one client overtake each other. */
  private static final class Counts {
    private long highest;
    private long before;

    /** Whether it is new. What is far below the highest counts as used. */
    synchronized boolean add(long count) {
      if (count < 1) {
        return false;
      }
      if (count > highest) {
        long steps = count - highest;
        before = steps >= Long.SIZE ? 0 : before << steps;
        before |= steps > Long.SIZE || highest == 0 ? 0 : 1L << (steps - 1);
        highest = count;
        return true;
      }
      long below = highest - count - 1;
      if (below < 0 || below >= Long.SIZE || (before & 1L << below) != 0) {
        return false;
      }
      before |= 1L << below;
      return true;
    }
  }

  public Nonces(Signing signing, InstantSource clock) {
    this.signing = signing;
    this.clock = clock;
  }

  /** A new one. */
  public String next() {
    var bytes = ByteBuffer.allocate(SIGNED + SIGNATURE);
    bytes.putLong(clock.millis()).putLong(random.nextLong());
    byte[] signed = Arrays.copyOf(bytes.array(), SIGNED);
    bytes.put(signing.signatures(signed).getFirst(), 0, SIGNATURE);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Uses a nonce up for one count. Only to be asked for whoever knows a password.
   *
   * @param count from 1
   */
  public Use use(String nonce, long count) {
    return isOurs(nonce) && used.get(nonce, _ -> new Counts()).add(count) ? Use.FIRST : Use.STALE;
  }

  private boolean isOurs(String nonce) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(nonce);
    } catch (IllegalArgumentException _) {
      return false;
    }
    if (bytes.length != SIGNED + SIGNATURE || !isSigned(bytes)) {
      return false;
    }
    long age = clock.millis() - ByteBuffer.wrap(bytes).getLong();
    return age <= LONGEST.toMillis() && age >= -MOST_AHEAD.toMillis();
  }

  private boolean isSigned(byte[] bytes) {
    byte[] given = Arrays.copyOfRange(bytes, SIGNED, bytes.length);
    boolean known = false;
    for (byte[] signature : signing.signatures(Arrays.copyOf(bytes, SIGNED))) {
      known |= MessageDigest.isEqual(given, Arrays.copyOf(signature, SIGNATURE));
    }
    return known;
  }
}
