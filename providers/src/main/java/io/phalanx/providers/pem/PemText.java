package io.phalanx.providers.pem;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** PEM as text. */
public final class PemText {
  private static final String KEY = "PRIVATE KEY-----";
  private static final Pattern KEYS =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*)PRIVATE KEY-----.*?(?:-----END \\1PRIVATE KEY-----|\\z)",
          Pattern.DOTALL);

  private static final Pattern BLOCKS =
      Pattern.compile("-----BEGIN ([^-\\r\\n]*)-----.*?(?:-----END \\1-----|\\z)", Pattern.DOTALL);

  private PemText() {}

  /** The blocks with such labels, one behind the other, without what stands between them. */
  static String only(Predicate<String> labels, String text) {
    return BLOCKS
        .matcher(text)
        .results()
        .filter(block -> labels.test(block.group(1)))
        .map(block -> block.group() + '\n')
        .collect(Collectors.joining());
  }

  /** Whether a private key is in it. */
  public static boolean holdsKey(String text) {
    return text.contains(KEY);
  }

  /** What is left of a file with certificates when keys that stand between them are taken out. */
  public static String withoutKeys(String certificates) {
    return holdsKey(certificates) ? KEYS.matcher(certificates).replaceAll("") : certificates;
  }
}
