package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static io.phalanx.node.acme.TestStates.issued;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.node.acme.CertificateState.Held;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Instruction.Revoke;
import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.node.tls.IssuedCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At a node on its own, with an authority that nobody answers for. */
class InstructionWorkTest {
  private static final Lease LEASE = new Lease("certificates/le", "local", 1);

  @TempDir private Path directory;

  private final ServedStates served =
      new ServedStates(new IssuedCertificates(), new HttpChallenges(), () -> NOW, () -> {});
  private final Instructions instructions = new Instructions();
  private Instant now = NOW;
  private Fleet fleet;
  private Documents documents;
  private InstructionWork work;

  @BeforeEach
  void open() throws Exception {
    fleet = LocalFleet.start(InstantSource.system(), directory.resolve("signing.key"));
    documents = fleet.documents();
    documents.subscribe(served);
    documents.subscribe(instructions);
    Resolver resolver = resolver();
    var authority = new Authority(resolver);
    authority.use(KeptKey.of(KeyKind.EC256.generate()), "https://127.0.0.1/account/1");
    work =
        new InstructionWork(
            resolver, authority, new Notes(documents, LEASE), () -> now, instructions);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private static Resolver resolver() throws IOException {
    int nobody;
    try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = closed.getLocalPort();
    }
    return new Resolver(
        "le",
        URI.create("https://127.0.0.1:" + nobody + "/dir"),
        Optional.empty(),
        Optional.empty(),
        new Resolver.Request(KeyKind.EC256, List.of(), true, Optional.empty(), Optional.empty()),
        new TreeMap<>(Map.of(ChallengeKind.HTTP_01, Duration.ZERO)),
        Optional.empty(),
        new Resolver.Limits(Duration.ZERO, Duration.ofSeconds(5), Duration.ZERO),
        List.of(),
        false);
  }

  private void write(String name, byte[] content) throws InterruptedException {
    assertThat(documents.put(LEASE, name, Optional.ofNullable(documents.all().get(name)), content))
        .isInstanceOf(Documents.Outcome.Written.class);
  }

  private void hold(CertificateState state) throws InterruptedException {
    write(CertificateState.documentName(state.need()), StateFormat.bytes(state));
  }

  private void instruct(Instruction instruction) throws InterruptedException {
    write(instruction.documentName(), InstructionFormat.bytes(instruction));
  }

  private static Revoke revocation(CertificateState state) {
    return new Revoke(
        state.need(),
        state.held().map(Held::certificate).orElseThrow(),
        RevocationReason.SUPERSEDED,
        Optional.empty());
  }

  private void tidy(CertificateNeed... needs) throws InterruptedException {
    var plan =
        new Plan(
            List.of(needs),
            served.states(),
            List.of(),
            held -> Renewal.at(held.certificate(), Optional.empty()),
            work.renewals());
    work.tidy(plan, served.states());
  }

  @Test
  void aRenewalIsDoneWhenAnotherCertificateIsHeld() throws Exception {
    CertificateState before = issued("a.test");
    hold(before);
    instruct(Renew.of(before));
    tidy(before.need());
    assertThat(instructions.renewals()).hasSize(1);

    hold(issued("a.test"));
    tidy(before.need());
    assertThat(instructions.renewals()).isEmpty();
  }

  @Test
  void aRenewalOfWhatIsGoneIsForgottenAndThatOfAnotherResolverStays() throws Exception {
    instruct(Renew.of(CertificateState.of(TestStates.need("gone.test"))));
    instruct(Renew.of(CertificateState.of(TestStates.need("wanted.test"))));
    instruct(Renew.of(CertificateState.of(new CertificateNeed("other", List.of("o.test")))));
    tidy(TestStates.need("wanted.test"));

    assertThat(instructions.renewals().values())
        .extracting(renew -> renew.need().names().getFirst())
        .containsExactlyInAnyOrder("wanted.test", "o.test");
  }

  @Test
  void whileTheAuthorityIsAwayACertificateIsNeitherRevokedNorForgotten() throws Exception {
    CertificateState state = issued("a.test");
    hold(state);
    instruct(revocation(state));

    assertThat(work.revocations())
        .singleElement()
        .satisfies(due -> assertThat(due.at()).isBefore(NOW));
    assertThatThrownBy(() -> work.carryOut(revocation(state)))
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.kind()).isEqualTo(AuthorityException.Kind.UNREACHABLE));
    assertThat(instructions.revocations()).hasSize(1);
    assertThat(served.states().values()).containsExactly(state);
  }

  @Test
  void oneThatHasExpiredIsForgottenWithoutTheAuthority() throws Exception {
    CertificateState state = issued("a.test");
    hold(state);
    instruct(revocation(state));
    now = NOW.plus(Duration.ofDays(91));
    work.carryOut(revocation(state));

    assertThat(instructions.revocations()).isEmpty();
    assertThat(served.states().values())
        .singleElement()
        .satisfies(left -> assertThat(left.held()).isEmpty());
  }

  @Test
  void oneThatWasReplacedMeanwhileLeavesTheNewOne() throws Exception {
    CertificateState replaced = issued("a.test");
    CertificateState held = issued("a.test");
    hold(held);
    instruct(revocation(replaced));
    now = NOW.plus(Duration.ofDays(91));
    work.carryOut(revocation(replaced));

    assertThat(instructions.revocations()).isEmpty();
    assertThat(served.states().values()).containsExactly(held);
  }
}
