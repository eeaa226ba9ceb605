package io.phalanx.node.acme.dns;

/**
 * A TXT record that an authority is to find.
 *
 * @param domain that the certificate is for, without the star of a wildcard
 * @param token names the challenge
 * @param authorization what proves that the account is meant (RFC 8555, section 8.1)
 * @param name where the record is, in lower case, without the last dot
 * @param value its text
 */
public record ChallengeRecord(
    String domain, String token, String authorization, String name, String value) {
  /** In front of the domain (RFC 8555, section 8.4). */
  static final String PREFIX = "_acme-challenge.";

  /** The record's name from the zone's on: {@code @} for the zone's own. */
  String within(String zone) {
    if (name.equals(zone)) {
      return "@";
    }
    if (!name.endsWith('.' + zone)) {
      throw new IllegalArgumentException(name + " is not in " + zone);
    }
    return name.substring(0, name.length() - zone.length() - 1);
  }

  /** The value as zone files and many interfaces have it. */
  String quoted() {
    return '"' + value + '"';
  }

  /** Whether a value that somebody wrote, perhaps in quotes, is this one. */
  boolean isValue(String written) {
    return written.equals(value) || written.equals(quoted());
  }
}
