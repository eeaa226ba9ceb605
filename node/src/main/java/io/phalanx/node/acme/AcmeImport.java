package io.phalanx.node.acme;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.document.Documents.Outcome;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.pem.Pem;
import io.phalanx.node.pem.PemException;
import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.WantedNames;
import io.phalanx.providers.pem.Credentials;
import io.phalanx.providers.tree.Secret;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes over what Traefik kept: only what is valid, and better than what the fleet has. Nothing is
 * told of keys but what is wrong with them.
 */
final class AcmeImport {
  /** Documents that are left for what the fleet orders itself, and what operators want of it. */
  private static final int ROOM = 100;

  private final Documents documents;
  private final Lease lease;
  private final Instant now;
  private final Collection<Resolver> resolvers;
  private final List<ImportLine> lines = new ArrayList<>();

  /** Why nothing can be written any more, if so. */
  private Optional<String> full = Optional.empty();

  AcmeImport(
      Documents documents, Lease lease, InstantSource clock, Collection<Resolver> resolvers) {
    this.documents = documents;
    this.lease = lease;
    this.now = clock.instant();
    this.resolvers = List.copyOf(resolvers);
  }

  /** Something is of no use; the message says why. */
  private static final class UnusableException extends Exception {
    UnusableException(String message) {
      super(message, null, false, false);
    }
  }

  private interface Taking {
    String take() throws UnusableException, InterruptedException;
  }

  List<ImportLine> take(AcmeFile file) throws InterruptedException {
    for (Map.Entry<String, AcmeFile.Stored> one : file.resolvers().entrySet()) {
      String name = one.getKey();
      Optional<Resolver> resolver =
          resolvers.stream().filter(known -> known.name().equals(name)).findFirst();
      Optional<AcmeFile.Account> account = one.getValue().account();
      if (account.isPresent()) {
        line(name, "account", () -> account(require(resolver), account.get()));
      }
      for (AcmeFile.Certificate certificate : one.getValue().certificates()) {
        line(
            name,
            String.join(", ", certificate.names()),
            () -> certificate(require(resolver), certificate));
      }
    }
    return List.copyOf(lines);
  }

  private static Resolver require(Optional<Resolver> resolver) throws UnusableException {
    return resolver.orElseThrow(
        () -> new UnusableException("there is no certificate resolver of that name here"));
  }

  private void line(String resolver, String subject, Taking taking) throws InterruptedException {
    try {
      if (full.isPresent()) {
        throw new UnusableException(full.get());
      }
      lines.add(new ImportLine(resolver, subject, true, taking.take()));
    } catch (UnusableException e) {
      lines.add(new ImportLine(resolver, subject, false, String.valueOf(e.getMessage())));
    }
  }

  private void write(String name, Optional<Document> before, byte[] content)
      throws UnusableException, InterruptedException {
    if (content.length > Documents.MAX_BYTES) {
      throw new UnusableException("it has more than " + Documents.MAX_BYTES + " bytes");
    }
    if (before.isEmpty() && documents.all().size() >= Documents.MAX_COUNT - ROOM) {
      throw new UnusableException(
          "the fleet has "
              + documents.all().size()
              + " documents, of at most "
              + Documents.MAX_COUNT
              + "; the last "
              + ROOM
              + " are not for imports");
    }
    Outcome outcome = documents.put(lease, name, before, content);
    Optional<String> objection = Operator.objection(outcome);
    if (objection.isPresent()) {
      full =
          outcome instanceof Outcome.Unavailable || outcome instanceof Outcome.Unknown
              ? objection
              : Optional.empty();
      throw new UnusableException(objection.get());
    }
  }

  private String account(Resolver resolver, AcmeFile.Account account)
      throws UnusableException, InterruptedException {
    String location =
        account
            .location()
            .orElseThrow(() -> new UnusableException("it was never registered (no uri)"));
    if (!isAt(location, resolver.server())) {
      throw new UnusableException("it is at another authority than " + resolver.server());
    }
    String name = AccountState.documentName(resolver.name());
    Optional<Document> before = documents.find(name);
    String server = resolver.server().toString();
    boolean isThere =
        before
            .map(known -> known.content().lend(StateFormat::account))
            .filter(known -> known.server().equals(server))
            .isPresent();
    if (isThere) {
      throw new UnusableException("the fleet has an account there already, which stays");
    }
    var state =
        new AccountState(
            server, accountKey(account.key()), Optional.of(location), Optional.empty());
    write(name, before, StateFormat.bytes(state));
    return "as " + location;
  }

  private static boolean isAt(String location, URI server) {
    try {
      URI account = URI.create(location);
      return "https".equals(account.getScheme())
          && server.getHost().equalsIgnoreCase(account.getHost())
          && port(server) == port(account);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static int port(URI https) {
    return https.getPort() < 0 ? 443 : https.getPort();
  }

  private static KeptKey accountKey(Secret key) throws UnusableException {
    try {
      PrivateKey read = Pem.privateKey(Base64.getDecoder().decode(key.value()));
      return KeptKey.of(new KeyPair(PublicHalf.of(read), read));
    } catch (IllegalArgumentException _) {
      throw new UnusableException("its key is not in base64");
    } catch (PemException | GeneralSecurityException _) {
      throw new UnusableException("its key is neither RSA nor EC, or cannot be read");
    }
  }

  private String certificate(Resolver resolver, AcmeFile.Certificate given)
      throws UnusableException, InterruptedException {
    CertificateNeed need = need(resolver, given);
    Held held = held(given);
    if (!held.end().isAfter(now)) {
      throw new UnusableException("it has expired, at " + held.end());
    }
    var names = new ServerCertificate(held.credentials()).alternativeNames();
    for (String name : need.names()) {
      if (!Plan.covers(names, name)) {
        throw new UnusableException("the certificate is not for " + name);
      }
    }
    String document = CertificateState.documentName(need);
    Optional<Document> before = documents.find(document);
    CertificateState state =
        before
            .map(known -> known.content().lend(StateFormat::certificate))
            .orElseGet(() -> CertificateState.of(need));
    if (state.held().filter(known -> !known.end().isBefore(held.end())).isPresent()) {
      throw new UnusableException("the fleet has one that is valid as long");
    }
    write(document, before, StateFormat.bytes(state.issued(held)));
    return "valid until " + held.end();
  }

  private static CertificateNeed need(Resolver resolver, AcmeFile.Certificate given)
      throws UnusableException {
    var names = new LinkedHashSet<String>();
    for (String name : given.names()) {
      names.add(
          WantedNames.canonical(name)
              .orElseThrow(() -> new UnusableException("\"" + name + "\" is no name of a host")));
    }
    if (names.size() > WantedNames.MAX_NAMES) {
      throw new UnusableException("it has more than " + WantedNames.MAX_NAMES + " names");
    }
    return new CertificateNeed(resolver.name(), List.copyOf(names));
  }

  private static Held held(AcmeFile.Certificate given) throws UnusableException {
    try {
      String chain = text(given.chain());
      String key = text(given.key().value());
      Credentials credentials = Credentials.parse(chain, key);
      return new Held(
          credentials.chain(),
          new KeptKey(credentials.certificate().getPublicKey(), Pem.encodedKey(key)));
    } catch (IllegalArgumentException _) {
      throw new UnusableException("certificate and key are not in base64");
    } catch (PemException | io.phalanx.providers.pem.PemException e) {
      throw new UnusableException(String.valueOf(e.getMessage()));
    }
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), US_ASCII);
  }
}
