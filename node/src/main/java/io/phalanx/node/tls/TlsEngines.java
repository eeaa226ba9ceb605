package io.phalanx.node.tls;

import io.phalanx.providers.pem.Credentials;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** Who does handshakes and encrypts: an implementation of TLS. Thread-safe. */
public sealed interface TlsEngines permits TlsEngines.Jsse, NativeTls {
  /** The platform's, which has everything but speed; its session tickets are this node's own. */
  TlsEngines JSSE = new Jsse(Optional.empty());

  /**
   * The platform's, whose session tickets every node reads that has the same secrets, where this
   * Java lets that be.
   */
  static TlsEngines jsse(TicketSecrets secrets, InstantSource clock) {
    return new Jsse(Optional.of(new SharedTickets(secrets, clock)));
  }

  /**
   * The native one where its library loads and for what it has, else the platform's; the library is
   * loaded when {@link #prepare} is first called.
   */
  static TlsEngines fastest(TlsEngines platform) {
    return new NativeTls(platform);
  }

  /** Loads what it needs and says in the log who it is, both once. Takes tens of milliseconds. */
  void prepare();

  /** Whether it can agree on a key by this group, in the JDK's names. */
  boolean hasGroup(String group);

  /**
   * A context of its own, so that no session is resumed with another certificate. It is to be asked
   * for again for each connection: its keys change with the time.
   */
  Supplier<SSLContext> context(Credentials credentials, TlsTerms terms);

  /** Those of which a client hears more after it has ended its own direction. */
  TlsEngines forTunnels();

  /** Sets what of a server's engine is another thing for each implementation. */
  void apply(SSLEngine engine, TlsTerms terms);

  /** TLS of the Java Development Kit. */
  final class Jsse implements TlsEngines {
    private final Optional<SharedTickets> tickets;

    private Jsse(Optional<SharedTickets> tickets) {
      this.tickets = tickets;
    }

    @Override
    public void prepare() {
      tickets.ifPresent(_ -> SharedTickets.prepare());
    }

    @Override
    public boolean hasGroup(String group) {
      return TlsNames.JDK_GROUPS.contains(group);
    }

    @Override
    public Supplier<SSLContext> context(Credentials credentials, TlsTerms terms) {
      try {
        var context = SSLContext.getInstance("TLS");
        context.init(
            new KeyManager[] {new OwnKey(credentials.chain(), credentials.key())},
            terms.clients().trust(),
            null);
        return tickets
            .filter(_ -> terms.resumable())
            .map(shared -> shared.in(context, credentials, terms))
            .orElse(() -> context);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this Java cannot serve TLS: " + e.getMessage(), e);
      }
    }

    @Override
    public TlsEngines forTunnels() {
      return this;
    }

    @Override
    public void apply(SSLEngine engine, TlsTerms terms) {
      if (!terms.groups().isEmpty()) {
        var parameters = engine.getSSLParameters();
        parameters.setNamedGroups(
            terms.groups().stream().filter(this::hasGroup).toArray(String[]::new));
        engine.setSSLParameters(parameters);
      }
    }
  }
}
