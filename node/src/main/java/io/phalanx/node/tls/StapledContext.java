package io.phalanx.node.tls;

import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.conscrypt.Conscrypt;

/**
 * A context of a certificate, whose new engines show the certificate's staple. Until there is one
 * it is left as it is. Thread-safe.
 */
final class StapledContext implements Supplier<SSLContext> {
  private final Supplier<SSLContext> contexts;
  private final Supplier<Optional<Staple>> staples;
  private volatile Optional<Staple> shown = Optional.empty();

  /** Guarded by this. */
  private Optional<Place> place = Optional.empty();

  /** Where an implementation of TLS has what it staples. */
  interface Place {
    /** For all engines that the context makes from now on. */
    void show(Optional<Staple> staple);
  }

  /**
   * @param contexts always the same one
   * @param staples what is to be shown now
   */
  StapledContext(Supplier<SSLContext> contexts, Supplier<Optional<Staple>> staples) {
    this.contexts = contexts;
    this.staples = staples;
  }

  @Override
  public SSLContext get() {
    SSLContext context = contexts.get();
    if (!staples.get().equals(shown)) {
      show(context);
    }
    return context;
  }

  private synchronized void show(SSLContext context) {
    Optional<Staple> now = staples.get();
    if (place.isEmpty() && now.isPresent()) {
      place =
          Optional.of(
              Conscrypt.isConscrypt(context)
                  ? NativeStaples.in(context)
                  : JdkStaples.in(context, staples));
    }
    place.ifPresent(one -> one.show(now));
    shown = now;
  }
}
