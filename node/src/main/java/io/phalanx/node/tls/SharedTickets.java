package io.phalanx.node.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.phalanx.providers.pem.Credentials;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Session tickets that every node of a fleet can read: all of them derive the same keys, one for
 * each certificate, set of terms and time, so that a session is never taken up under others. A key
 * seals for six hours and is known for six more, and six before for those whose clock is ahead.
 */
final class SharedTickets {
  private static final Logger LOG = LoggerFactory.getLogger(SharedTickets.class);
  private static final Duration PERIOD = Duration.ofHours(6);

  private final TicketSecrets secrets;
  private final InstantSource clock;

  SharedTickets(TicketSecrets secrets, InstantSource clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /** Looks whether this Java lets keys be set. */
  static void prepare() {
    var _ = JdkTicketKeys.FOUND;
  }

  /** The context, with the keys of the moment when it is asked for. Thread-safe. */
  Supplier<SSLContext> in(SSLContext context, Credentials credentials, TlsTerms terms) {
    return JdkTicketKeys.FOUND
        .map(places -> in(context, places, identity(credentials, terms)))
        .orElse(() -> context);
  }

  private Supplier<SSLContext> in(SSLContext context, JdkTicketKeys places, byte[] identity) {
    var since = new AtomicLong(Long.MIN_VALUE);
    return () -> {
      long now = clock.millis() / PERIOD.toMillis();
      if (since.get() != now) {
        synchronized (since) {
          if (since.get() != now) {
            set(context, places, identity, now);
            since.set(now);
          }
        }
      }
      return context;
    };
  }

  private void set(SSLContext context, JdkTicketKeys places, byte[] identity, long now) {
    try {
      var known = new HashMap<Integer, SecretKey>();
      for (long period = now - 1; period <= now + 1; period++) {
        known.put((int) period, key(identity, period));
      }
      places.set(context, Map.copyOf(known), (int) now);
    } catch (IOException | ReflectiveOperationException e) {
      LOG.warn("session tickets are this node's own: {}", e.getMessage());
    }
  }

  private SecretKey key(byte[] identity, long period) throws IOException {
    byte[] text =
        ByteBuffer.allocate(identity.length + Long.BYTES).put(identity).putLong(period).array();
    return new SecretKeySpec(secrets.secret(text), "AES");
  }

  private static byte[] identity(Credentials credentials, TlsTerms terms) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (X509Certificate certificate : credentials.chain()) {
        add(digest, certificate.getEncoded());
      }
      add(digest, terms.identity().getBytes(UTF_8));
      for (X509Certificate authority : terms.clients().authorities()) {
        add(digest, authority.getEncoded());
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("a certificate cannot be told from others", e);
    }
  }

  private static void add(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
    digest.update(part);
  }
}
