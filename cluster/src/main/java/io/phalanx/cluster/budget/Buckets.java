package io.phalanx.cluster.budget;

import io.phalanx.cluster.Sha256;
import java.util.HexFormat;

/** What buckets are kept under. */
public final class Buckets {
  /** Longer keys are told by their hash. */
  private static final int MAX_KEY = 200;

  private Buckets() {}

  /** What a bucket is kept under: a key whose limit was changed has a new one. */
  public static String identity(String key, Limit limit) {
    String bounded =
        key.length() <= MAX_KEY ? key : "sha256:" + HexFormat.of().formatHex(Sha256.of(key));
    String counted =
        switch (limit.counted()) {
          case BY_SHARES -> "";
          case BY_EACH_SIDE -> "each/";
        };
    return counted
        + limit.burst()
        + "/"
        + limit.tokens()
        + "/"
        + limit.period().toNanos()
        + "/"
        + bounded;
  }
}
