package io.phalanx.cluster.quota;

import io.phalanx.cluster.Sha256;
import java.time.Duration;
import java.util.Base64;

/**
 * At most so many within a window.
 *
 * @param amount from 1 to {@value #MOST}
 * @param onSplit what may be drawn while members are away
 */
public record Quota(long amount, Window window, OnSplit onSplit) {
  public static final long MOST = 1_000_000_000_000L;

  /** How long a token may be used after it was asked for. */
  static final Duration TERM = Duration.ofSeconds(2);

  /** What may be drawn while not all members that belong to the fleet are here. */
  public enum OnSplit {
    /** This side's part of what was left. */
    FAIR_SHARE,
    /** All that is left, on each side. */
    WHOLE,
    /** All that is left where a majority is, nothing elsewhere. */
    MAJORITY
  }

  public Quota {
    if (amount < 1 || amount > MOST) {
      throw new IllegalArgumentException("amount is from 1 to %d, not %d".formatted(MOST, amount));
    }
  }

  /**
   * What the account of a key is kept under, in which the key cannot be read. Another quota has
   * another one.
   */
  public String identity(String key) {
    String text = amount + " " + window + ' ' + onSplit + ' ' + key;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(text));
  }
}
