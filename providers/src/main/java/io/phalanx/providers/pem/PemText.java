package io.phalanx.providers.pem;

import java.util.regex.Pattern;

/** PEM as text. */
public final class PemText {
  private static final String KEY = "PRIVATE KEY-----";
  private static final Pattern KEYS =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----.*?(?:-----END \\1PRIVATE KEY-----|\\z)",
          Pattern.DOTALL);

  private PemText() {}

  /** Whether a private key is in it. */
  public static boolean holdsKey(String text) {
    return text.contains(KEY);
  }

  /** What is left of a file with certificates when keys that stand between them are taken out. */
  public static String withoutKeys(String certificates) {
    return holdsKey(certificates) ? KEYS.matcher(certificates).replaceAll("") : certificates;
  }
}
