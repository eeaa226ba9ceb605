package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.acme.Authority.Look;
import io.phalanx.node.acme.Authority.Standing;
import io.phalanx.node.acme.AuthorityException.Kind;
import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.CertificateState.PlacedOrder;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way from a need to its certificate (RFC 8555, section 7.4). Where it goes on is what the
 * fleet wrote down and how the authority says that the order stands, so that it makes no difference
 * who went the first steps. Each step is written down before the next.
 */
final class Ordering {
  private static final Logger LOG = LoggerFactory.getLogger(Ordering.class);
  private static final Duration EVERYWHERE = Duration.ofSeconds(10);
  private static final Duration FIRST_LOOK = Duration.ofMillis(250);
  private static final Duration LATEST_LOOK = Duration.ofSeconds(5);

  private final Resolver resolver;
  private final Authority authority;
  private final Notes notes;
  private final DnsRecords records;
  private final InstantSource clock;
  private final String name;
  private final CertificateState planned;
  private Optional<Document> document;
  private CertificateState state;

  /**
   * @param name of the need's document
   * @param planned how it stood when this was planned
   */
  Ordering(
      Resolver resolver,
      Authority authority,
      Notes notes,
      DnsRecords records,
      InstantSource clock,
      String name,
      CertificateState planned) {
    this.resolver = resolver;
    this.authority = authority;
    this.notes = notes;
    this.records = records;
    this.clock = clock;
    this.name = name;
    this.planned = planned;
    this.document = notes.document(name);
    this.state =
        document.map(known -> known.content().lend(StateFormat::certificate)).orElse(planned);
  }

  /** Whether a certificate came, or an attempt failed, after this was planned. */
  boolean isOvertaken() {
    return !state.held().equals(planned.held()) || !state.failed().equals(planned.failed());
  }

  private void write(CertificateState next) throws InterruptedException, Notes.OldException {
    document = Optional.of(notes.write(name, document, () -> StateFormat.bytes(next)));
    state = next;
  }

  private String names() {
    return String.join(", ", state.need().names());
  }

  /**
   * Goes on until the certificate is there, and returns it.
   *
   * @throws AuthorityException if it will not be now
   * @throws Notes.OldException if somebody else goes on with it
   */
  X509Certificate issue() throws AuthorityException, InterruptedException, Notes.OldException {
    if (state.order().filter(PlacedOrder::isPlaced).isEmpty()) {
      place();
    } else {
      LOG.info(
          "certificate resolver {}: order {} for {} is gone on with",
          resolver.name(),
          order().location(),
          names());
    }
    Look look = authority.look(order().location());
    while (look.standing() != Standing.ISSUED) {
      look =
          switch (look.standing()) {
            case PENDING -> validated();
            case READY -> finished();
            case PROCESSING -> awaited(Set.of(Standing.PROCESSING), resolver.limits().issuance());
            case OVER ->
                throw new AuthorityException(Kind.REFUSED, authority.failure(order().location()));
            case ISSUED -> look;
          };
    }
    return keep(authority.certificate(order().location()));
  }

  /** Not before something was written: an order that cannot be remembered is not placed. */
  private void place() throws AuthorityException, InterruptedException, Notes.OldException {
    KeptKey key = KeptKey.of(resolver.request().keyKind().generate());
    write(state.ordered(PlacedOrder.planned(key)));
    String location = authority.order(state.need().names(), state.held().map(Held::certificate));
    write(state.ordered(order().at(location)));
    LOG.info("certificate resolver {}: {} ordered as {}", resolver.name(), names(), location);
  }

  private PlacedOrder order() {
    return state.order().orElseThrow();
  }

  private Look validated() throws AuthorityException, InterruptedException, Notes.OldException {
    List<ChallengeAnswer> answers = authority.challenges(order().location());
    if (!order().challenges().containsAll(answers)) {
      write(state.ordered(order().with(answers)));
    }
    records.set(answers);
    if (answers.stream().anyMatch(answer -> answer.kind() != ChallengeKind.DNS_01)) {
      awaitMembers();
    }
    TimeUnit.NANOSECONDS.sleep(resolver.delay(answers).toNanos());
    unlessBehind(Standing.PENDING, () -> authority.trigger(order().location()));
    return awaited(Set.of(Standing.PENDING), resolver.limits().validation());
  }

  private void awaitMembers() throws AuthorityException, InterruptedException {
    Optional<String> missing = notes.awaitEverywhere(EVERYWHERE);
    if (missing.isPresent()) {
      throw new AuthorityException(
          Kind.LATE, "its challenges are not answered everywhere: " + missing.get());
    }
  }

  private Look finished() throws AuthorityException, InterruptedException {
    byte[] request = SigningRequest.of(state.need().names(), order().key(), resolver.request());
    unlessBehind(Standing.READY, () -> authority.finish(order().location(), request));
    return awaited(Set.of(Standing.READY, Standing.PROCESSING), resolver.limits().issuance());
  }

  private interface Step {
    void go() throws AuthorityException, InterruptedException;
  }

  /** A former holder may have gone the step a moment ago, so that it is refused now. */
  private void unlessBehind(Standing standing, Step step)
      throws AuthorityException, InterruptedException {
    try {
      step.go();
    } catch (AuthorityException e) {
      if (e.kind() != Kind.REFUSED || authority.look(order().location()).standing() == standing) {
        throw e;
      }
    }
  }

  /** Looks until it stands in none of these ways, as often as the authority wants. */
  private Look awaited(Set<Standing> before, Duration limit)
      throws AuthorityException, InterruptedException {
    Instant end = clock.instant().plus(limit);
    Duration pause = FIRST_LOOK;
    while (true) {
      Look look = authority.look(order().location());
      if (!before.contains(look.standing())) {
        return look;
      }
      Instant now = clock.instant();
      Instant next = now.plus(pause);
      Instant wanted = look.next().filter(next::isBefore).orElse(next);
      if (wanted.isAfter(end)) {
        throw new AuthorityException(
            Kind.LATE,
            "the authority takes more than " + limit.toSeconds() + " s",
            Optional.of(wanted));
      }
      TimeUnit.NANOSECONDS.sleep(Duration.between(now, wanted).toNanos());
      pause =
          pause.multipliedBy(2).compareTo(LATEST_LOOK) < 0 ? pause.multipliedBy(2) : LATEST_LOOK;
    }
  }

  private X509Certificate keep(List<X509Certificate> chain)
      throws AuthorityException, InterruptedException, Notes.OldException {
    if (chain.isEmpty() || !chain.getFirst().getPublicKey().equals(order().key().shown())) {
      throw new AuthorityException(Kind.REFUSED, "the certificate is for another key");
    }
    X509Certificate certificate = chain.getFirst();
    Instant end = certificate.getNotAfter().toInstant();
    if (!end.isAfter(clock.instant())) {
      throw new AuthorityException(
          Kind.REFUSED,
          "the certificate expired at " + end + " already; is the clock of this machine right?");
    }
    write(state.issued(new Held(chain, order().key())));
    LOG.info(
        "certificate resolver {}: {} issued, serial {}, valid until {}",
        resolver.name(),
        names(),
        certificate.getSerialNumber().toString(16),
        end);
    return certificate;
  }

  /** Writes down what went wrong, and when it is tried again. */
  void failed(AuthorityException failure) throws InterruptedException, Notes.OldException {
    int times = state.failed().map(Failed::times).orElse(0) + 1;
    Instant notBefore = Backoff.ORDERS.after(times, clock.instant(), failure.until());
    boolean keepsOrder = failure.kind() != Kind.REFUSED;
    write(
        state.failed(
            new Failed(times, notBefore, String.valueOf(failure.getMessage())), keepsOrder));
    LOG.warn(
        "certificate resolver {}: no certificate for {} ({}. attempt), tried again at {}: {}",
        resolver.name(),
        names(),
        times,
        notBefore,
        failure.getMessage());
  }
}
