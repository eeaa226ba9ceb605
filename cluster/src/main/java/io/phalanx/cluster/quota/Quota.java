package io.phalanx.cluster.quota;

import io.phalanx.cluster.Sha256;
import io.phalanx.cluster.side.Counted;
import java.time.Duration;
import java.util.Base64;

/**
 * At most so many within a window.
 *
 * @param amount from 1 to {@value #MOST}
 * @param counted by whom, while members are away
 */
public record Quota(long amount, Window window, Counted counted) {
  public static final long MOST = 1_000_000_000_000L;

  /** How long a token may be used after it was asked for. */
  static final Duration TERM = Duration.ofSeconds(2);

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
    String text = amount + " " + window + ' ' + counted.code() + ' ' + key;
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(text));
  }
}
