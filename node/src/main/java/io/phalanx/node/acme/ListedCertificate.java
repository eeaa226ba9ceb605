package io.phalanx.node.acme;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A certificate that there is, or is to be, as operators are shown it. It has nothing of a key.
 *
 * @param resolver the one that it comes from; empty if it is given
 * @param names that it has, or is to have
 * @param chain the certificate itself first; empty while there is none
 * @param isDefault whether it is shown where no other fits
 * @param isNeeded whether a router or a store needs it; always so if it is given
 * @param isOrdered whether an order is in progress
 * @param next when it is to be ordered, or the order gone on with, perhaps in the past; empty if
 *     nothing is to be ordered: it is given, not needed, or another one covers it
 * @param failed what came of the last attempt, if nothing good did
 * @param instruction what an operator wants of it that is not done yet
 */
public record ListedCertificate(
    Optional<String> resolver,
    List<String> names,
    List<X509Certificate> chain,
    boolean isDefault,
    boolean isNeeded,
    boolean isOrdered,
    Optional<Instant> next,
    Optional<Attempt> failed,
    Optional<String> instruction) {
  public ListedCertificate {
    names = List.copyOf(names);
    chain = List.copyOf(chain);
  }

  /**
   * An attempt that failed.
   *
   * @param times in a row
   * @param reason the authority's words
   */
  public record Attempt(int times, String reason) {}

  /** The same, which is shown where no other fits. */
  public ListedCertificate asDefault() {
    return new ListedCertificate(
        resolver, names, chain, true, isNeeded, isOrdered, next, failed, instruction);
  }

  /** The certificate itself; empty while there is none. */
  public Optional<X509Certificate> certificate() {
    return chain.stream().findFirst();
  }

  /** In hexadecimal digits; empty while there is none. */
  public Optional<String> serial() {
    return certificate().map(one -> one.getSerialNumber().toString(16));
  }

  /** One that is given. */
  public static ListedCertificate given(
      List<String> names, List<X509Certificate> chain, boolean isDefault) {
    return new ListedCertificate(
        Optional.empty(),
        names,
        chain,
        isDefault,
        true,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
