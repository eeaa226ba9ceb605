package io.phalanx.node.acme;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why a certificate is revoked, as far as its owner may say (RFC 5280, section 5.3.1). */
public enum RevocationReason {
  UNSPECIFIED("unspecified", 0),
  KEY_COMPROMISE("keyCompromise", 1),
  AFFILIATION_CHANGED("affiliationChanged", 3),
  SUPERSEDED("superseded", 4),
  CESSATION_OF_OPERATION("cessationOfOperation", 5);

  private final String word;
  private final int code;

  RevocationReason(String word, int code) {
    this.word = word;
    this.code = code;
  }

  /** As RFC 5280 calls it. */
  public String word() {
    return word;
  }

  int code() {
    return code;
  }

  static Optional<RevocationReason> of(int code) {
    return Arrays.stream(values()).filter(one -> one.code == code).findFirst();
  }

  /** The one of that name; empty if there is none. */
  public static Optional<RevocationReason> of(String word) {
    return Arrays.stream(values()).filter(one -> one.word.equalsIgnoreCase(word)).findFirst();
  }

  /** All names, for those who have to choose. */
  public static String words() {
    return Arrays.stream(values()).map(RevocationReason::word).collect(Collectors.joining(", "));
  }
}
