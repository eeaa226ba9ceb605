package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.Authority.Window;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the authority says of renewals, and when it is asked again. Thread-safe. */
final class RenewalHints {
  private final Map<X509Certificate, Hint> hints = new ConcurrentHashMap<>();

  private final Map<X509Certificate, Instant> came = new ConcurrentHashMap<>();

  private record Hint(Optional<Window> window, Instant again) {}

  void keep(X509Certificate certificate, Optional<Window> window, Instant now) {
    Instant again = Renewal.lookAgain(now, window.flatMap(Window::lookAgain));
    hints.put(certificate, new Hint(window, again));
  }

  /** It was issued just now. */
  void came(X509Certificate certificate, Instant now) {
    came.values().removeIf(one -> one.isBefore(now.minus(Renewal.REST)));
    came.put(certificate, now);
  }

  /** When it is to be renewed: not soon after it came, whatever the hint says. */
  Instant renewal(X509Certificate certificate) {
    Instant at = Renewal.at(certificate, window(certificate));
    Instant rested =
        Optional.ofNullable(came.get(certificate))
            .map(one -> one.plus(Renewal.rest(certificate)))
            .orElse(at);
    return at.isBefore(rested) ? rested : at;
  }

  Optional<Window> window(X509Certificate certificate) {
    return Optional.ofNullable(hints.get(certificate)).flatMap(Hint::window);
  }

  /** Whether the authority is to be asked of it now. */
  boolean isDue(X509Certificate certificate, Instant now) {
    return Optional.ofNullable(hints.get(certificate))
        .filter(hint -> hint.again().isAfter(now))
        .isEmpty();
  }

  /** When the authority is to be asked of one of these again. */
  Instant next(Collection<X509Certificate> certificates) {
    return certificates.stream()
        .flatMap(certificate -> Optional.ofNullable(hints.get(certificate)).stream())
        .map(Hint::again)
        .min(Comparator.naturalOrder())
        .orElse(Instant.MAX);
  }

  /**
   * Has all members know what is known here. What they are not told is only shown as if there were
   * no hint, so it is not tried for long.
   */
  void tell(String resolver, Notes notes) throws InterruptedException {
    var windows = new HashMap<BigInteger, Window>();
    hints.forEach(
        (certificate, hint) ->
            hint.window().ifPresent(one -> windows.put(certificate.getSerialNumber(), one)));
    byte[] bytes = HintsFormat.bytes(windows);
    String name = HintsFormat.documentName(resolver);
    Optional<Document> told = notes.document(name);
    if (told.isEmpty() ? !windows.isEmpty() : !told.get().hash().equals(Document.hash(bytes))) {
      boolean _ = notes.offer(name, told, () -> bytes);
    }
  }

  /** Forgets what was said of all others. */
  void retain(Collection<X509Certificate> certificates) {
    hints.keySet().retainAll(new HashSet<>(certificates));
  }
}
