package io.phalanx.node.tls;

import java.lang.reflect.Field;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What engines of Conscrypt staple: they copy it from their context, which has no public way to be
 * told, but gives the options that it has them from to the factory of clients that it makes.
 */
final class NativeStaples {
  private static final Logger LOG = LoggerFactory.getLogger(NativeStaples.class);

  /** Empty, and told, where this Conscrypt has other places. */
  private static final Optional<NativeStaples> FOUND = find();

  private final Class<?> factory;
  private final Field options;
  private final Field response;

  private NativeStaples() throws ReflectiveOperationException {
    factory = Class.forName("org.conscrypt.OpenSSLSocketFactoryImpl");
    options = factory.getDeclaredField("sslParameters");
    options.setAccessible(true);
    response = Class.forName("org.conscrypt.SSLParametersImpl").getDeclaredField("ocspResponse");
    response.setAccessible(true);
  }

  private static Optional<NativeStaples> find() {
    try {
      return Optional.of(new NativeStaples());
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("Conscrypt staples no OCSP responses: {}", e.toString());
      return Optional.empty();
    }
  }

  static StapledContext.Place in(SSLContext context) {
    return FOUND.flatMap(places -> places.place(context)).orElse(_ -> {});
  }

  private Optional<StapledContext.Place> place(SSLContext context) {
    try {
      Object held = options.get(factory.cast(context.getSocketFactory()));
      return Optional.of(staple -> set(held, staple));
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.warn("a context of Conscrypt staples no OCSP responses: {}", e.toString());
      return Optional.empty();
    }
  }

  private void set(Object held, Optional<Staple> staple) {
    try {
      response.set(held, staple.map(Staple::response).orElse(null));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
