package io.phalanx.node.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.document.Document;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.node.acme.AuthorityException.Kind;
import io.phalanx.node.acme.dns.DnsOptions;
import io.phalanx.node.acme.dns.DnsSolver;
import io.phalanx.node.acme.dns.TestNameServer;
import io.phalanx.node.acme.dns.TestTime;
import io.phalanx.node.acme.dns.Variables;
import io.phalanx.node.tls.IssuedCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Rcode;

/** Documents on disk and a real name server that takes updates. */
class DnsRecordsTest {
  private static final String NAME = "_acme-challenge.a.test";
  private static final ChallengeAnswer FIRST =
      new ChallengeAnswer(ChallengeKind.DNS_01, "a.test", "one", "one.proof");
  private static final ChallengeAnswer SECOND =
      new ChallengeAnswer(ChallengeKind.DNS_01, "a.test", "two", "two.proof");

  @TempDir private Path directory;

  private final TestTime time = new TestTime();
  private final ServedStates served =
      new ServedStates(new IssuedCertificates(), new HttpChallenges(), time, () -> {});
  private Optional<DnsSolver> solver = Optional.empty();
  private TestNameServer server;
  private LocalFleet fleet;
  private Documents documents;

  @BeforeEach
  void start() throws Exception {
    server = new TestNameServer().withZone("a.test.");
    fleet = LocalFleet.start(time, directory.resolve("signing.key"));
    documents = fleet.documents();
    documents.subscribe(served);
  }

  @AfterEach
  void end() {
    solver.ifPresent(DnsSolver::close);
    server.close();
    fleet.close();
  }

  private Notes notes(int epoch) {
    return new Notes(documents, new Lease("certificates/le", "member", epoch));
  }

  private DnsRecords records(int epoch) {
    var options =
        new DnsOptions(
            "rfc2136",
            new Variables(Map.of(), Map.of("RFC2136_NAMESERVER", server.address().toString())),
            List.of(server.address()),
            List.of(server.address()),
            new DnsOptions.Checks(true, false),
            Duration.ZERO);
    solver = Optional.of(new DnsSolver(options, time));
    return new DnsRecords("le", solver, documents, notes(epoch), served, time);
  }

  private void write(CertificateState state) throws Exception {
    String name = CertificateState.documentName(state.need());
    notes(1).write(name, notes(1).document(name), () -> StateFormat.bytes(state));
  }

  private long written() {
    return documents.all().values().stream()
        .map(Document::name)
        .filter(name -> name.startsWith("record/le/"))
        .count();
  }

  @Test
  void recordsLiveAsLongAsTheirOrder() throws Exception {
    CertificateState state = TestStates.ordered(FIRST, SECOND);
    write(state);
    DnsRecords records = records(1);
    records.set(List.of(FIRST, SECOND));
    assertThat(server.texts(NAME)).hasSize(2);
    assertThat(written()).isEqualTo(2);
    assertThat(records.due()).isEqualTo(Instant.MAX);

    // Again, as when an order is gone on with.
    records.set(List.of(FIRST, SECOND));
    assertThat(server.texts(NAME)).hasSize(2);
    records.sweep();
    assertThat(server.texts(NAME)).hasSize(2);

    server.with(NAME + ". TXT \"foreign\"");
    write(state.issued(TestStates.held(time.instant(), Duration.ofDays(90), "a.test")));
    assertThat(records.due()).isBefore(time.instant());
    records.sweep();
    assertThat(server.texts(NAME)).containsExactly("foreign");
    assertThat(written()).isZero();
    assertThat(records.due()).isEqualTo(Instant.MAX);
  }

  @Test
  void theNextHolderRemovesWhatIsLeftOver() throws Exception {
    write(TestStates.ordered(FIRST));
    DnsRecords records = records(1);
    records.set(List.of(FIRST));
    write(CertificateState.of(TestStates.need("a.test")));

    var done = new CountDownLatch(1);
    DnsRecords next = records(2);
    assertThat(next.due()).isBefore(time.instant());
    assertThat(next.see(time.instant(), done::countDown)).isEqualTo(Instant.MAX);
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(next.see(time.instant(), done::countDown)).isEqualTo(Instant.MAX);
    assertThat(server.texts(NAME)).isEmpty();
    assertThat(written()).isZero();
  }

  @Test
  void whatCannotBeRemovedIsTriedAgainLater() throws Exception {
    write(TestStates.ordered(FIRST));
    DnsRecords records = records(1);
    records.set(List.of(FIRST));
    write(CertificateState.of(TestStates.need("a.test")));
    server.refuse(Rcode.SERVFAIL);
    records.sweep();
    assertThat(records.due()).isEqualTo(time.instant().plus(Duration.ofMinutes(1)));
    records.sweep();
    assertThat(records.due()).isEqualTo(time.instant().plus(Duration.ofMinutes(2)));
    assertThat(written()).isEqualTo(1);

    server.refuse(Rcode.NOERROR);
    records.sweep();
    assertThat(records.due()).isEqualTo(Instant.MAX);
    assertThat(server.texts(NAME)).isEmpty();
  }

  @Test
  void aHolderThatWasFrozenLeavesNothing() throws Exception {
    write(TestStates.ordered(FIRST));
    Notes next = notes(2);
    var isFirst = new AtomicBoolean(true);
    server.whenUpdated(
        () -> {
          if (isFirst.getAndSet(false)) {
            removeAll(next);
          }
        });

    assertThatThrownBy(() -> records(1).set(List.of(FIRST)))
        .isInstanceOf(AuthorityException.class)
        .hasMessageContaining("another member has the order");
    assertThat(server.texts(NAME)).isEmpty();
  }

  private void removeAll(Notes holder) {
    for (Document document : documents.all().values()) {
      try {
        holder.remove(document);
      } catch (InterruptedException | Notes.OldException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void anOrderWaitsWithTheProvidersWords() throws Exception {
    write(TestStates.ordered(FIRST));
    server.refuse(Rcode.REFUSED);
    DnsRecords records = records(1);
    assertThatThrownBy(() -> records.set(List.of(FIRST)))
        .isInstanceOfSatisfying(
            AuthorityException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LATE))
        .hasMessageStartingWith("dnsChallenge: ")
        .hasMessageContaining("answers REFUSED");
    assertThat(written()).isZero();
  }

  @Test
  void otherChallengesAreNotItsBusiness() throws Exception {
    var records = new DnsRecords("le", Optional.empty(), documents, notes(1), served, time);
    records.set(List.of(new ChallengeAnswer(ChallengeKind.HTTP_01, "a.test", "one", "one.proof")));

    assertThat(records.due()).isEqualTo(Instant.MAX);
    assertThat(server.asked()).isEmpty();
  }
}
