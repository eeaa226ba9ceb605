package io.phalanx.node.acme;

import io.phalanx.cluster.document.Document;
import io.phalanx.node.tls.IssuedCertificates;
import io.phalanx.node.tls.ServerCertificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what the documents of the fleet hold: certificates that were issued, and answers to
 * challenges. Whatever did not change keeps its contexts, and so its clients' sessions. Told of one
 * change after another.
 */
public final class ServedStates implements Consumer<SortedMap<String, Document>> {
  private static final Logger LOG = LoggerFactory.getLogger(ServedStates.class);

  private final IssuedCertificates issued;
  private final HttpChallenges challenges;
  private final InstantSource clock;
  private final Runnable changed;
  private Map<String, Known> known = new HashMap<>();
  private Map<ChallengeAnswer, ServerCertificate> validations = new HashMap<>();
  private volatile SortedMap<String, CertificateState> states = new TreeMap<>();
  private volatile Set<String> unreadable = Set.of();

  /** What a document holds, empty if it cannot be read. */
  private record Known(
      String hash, Optional<CertificateState> state, Optional<ServerCertificate> certificate) {}

  /**
   * @param changed called whenever other certificates are served than before
   */
  public ServedStates(
      IssuedCertificates issued, HttpChallenges challenges, InstantSource clock, Runnable changed) {
    this.issued = issued;
    this.challenges = challenges;
    this.clock = clock;
    this.changed = changed;
  }

  /** How it stands with all needs, by the names of their documents. */
  SortedMap<String, CertificateState> states() {
    return states;
  }

  /** Whether a need's document is there and this release cannot read it. */
  boolean isUnreadable(String documentName) {
    return unreadable.contains(documentName);
  }

  /** Whether there are any. */
  boolean hasUnreadable() {
    return !unreadable.isEmpty();
  }

  @Override
  public synchronized void accept(SortedMap<String, Document> documents) {
    var next = new HashMap<String, Known>();
    documents.forEach(
        (name, document) -> {
          if (CertificateState.isOne(name)) {
            Known before = known.get(name);
            next.put(
                name,
                before != null && before.hash().equals(document.hash())
                    ? before
                    : read(document, Optional.ofNullable(before)));
          }
        });
    known = next;
    var now = new TreeMap<String, CertificateState>();
    next.forEach((name, one) -> one.state().ifPresent(state -> now.put(name, state)));
    answer(now.values().stream().flatMap(state -> state.order().stream()).toList());
    List<ServerCertificate> certificates =
        next.values().stream().flatMap(one -> one.certificate().stream()).toList();
    boolean others =
        certificates.size() != issued.all().size() || !issued.all().containsAll(certificates);
    if (others) {
      issued.serve(certificates);
    }
    unreadable =
        next.entrySet().stream()
            .filter(one -> one.getValue().state().isEmpty())
            .map(Map.Entry::getKey)
            .collect(Collectors.toUnmodifiableSet());
    states = now;
    if (others) {
      changed.run();
    }
  }

  private static Known read(Document document, Optional<Known> before) {
    try {
      CertificateState state = document.content().lend(StateFormat::certificate);
      Optional<CertificateState.Held> same =
          before.flatMap(Known::state).flatMap(CertificateState::held);
      Optional<ServerCertificate> certificate =
          same.isPresent() && same.equals(state.held())
              ? before.flatMap(Known::certificate)
              : state.held().map(held -> new ServerCertificate(held.credentials()));
      return new Known(document.hash(), Optional.of(state), certificate);
    } catch (IllegalStateException e) {
      LOG.error(
          "document {} holds no certificate that this release can read: {}",
          document.name(),
          e.getMessage());
      return new Known(document.hash(), Optional.empty(), before.flatMap(Known::certificate));
    }
  }

  private void answer(List<CertificateState.PlacedOrder> orders) {
    var byToken = new HashMap<String, String>();
    var byServerName = new HashMap<String, ServerCertificate>();
    var used = new HashMap<ChallengeAnswer, ServerCertificate>();
    var answers = new ArrayList<ChallengeAnswer>();
    orders.forEach(order -> answers.addAll(order.challenges()));
    for (ChallengeAnswer answer : answers) {
      switch (answer.kind()) {
        case HTTP_01 -> byToken.put(answer.token(), answer.authorization());
        case TLS_ALPN_01 -> {
          ServerCertificate shown =
              Optional.ofNullable(validations.get(answer))
                  .orElseGet(() -> ValidationCertificate.of(answer, clock.instant()));
          used.put(answer, shown);
          byServerName.put(ValidationCertificate.serverName(answer.name()), shown);
        }
        case DNS_01 -> {
          // Name servers answer it.
        }
      }
    }
    validations = used;
    challenges.answer(byToken);
    issued.validate(byServerName);
  }
}
