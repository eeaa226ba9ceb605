package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.phalanx.cluster.Fleet;
import io.phalanx.cluster.document.Documents;
import io.phalanx.cluster.lease.Lease;
import io.phalanx.cluster.local.LocalFleet;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.tls.CertificateNeed;
import io.phalanx.node.tls.IssuedCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At a node on its own, whose documents are on its disk. */
class OperatorTest {
  private static final Lease LEASE = new Lease("certificates/le", "local", 1);
  private static final InstantSource CLOCK = () -> NOW;

  @TempDir private Path directory;

  private final ServedStates served =
      new ServedStates(new IssuedCertificates(), new HttpChallenges(), CLOCK, () -> {});
  private final Instructions instructions = new Instructions();
  private final Wanted wanted = new Wanted();
  private Fleet fleet;
  private Documents documents;
  private Inventory inventory;
  private Operator operator;

  @BeforeEach
  void open() throws Exception {
    fleet = LocalFleet.start(InstantSource.system(), directory.resolve("signing.key"));
    documents = fleet.documents();
    documents.subscribe(served);
    documents.subscribe(instructions);
    inventory = new Inventory(documents, served, instructions, wanted, CLOCK);
    operator = new Operator(fleet.leases(), documents, CLOCK);
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private CertificateState hold(String... names) throws Exception {
    CertificateState state = TestStates.issued(names);
    String name = CertificateState.documentName(state.need());
    assertThat(documents.put(LEASE, name, Optional.empty(), StateFormat.bytes(state)))
        .isInstanceOf(Documents.Outcome.Written.class);
    return state;
  }

  private void need(String... names) {
    wanted.serve(Set.of(new CertificateNeed("le", List.of(names))), List.of());
  }

  private ListedCertificate only() {
    assertThat(inventory.all()).hasSize(1);
    return inventory.all().getFirst();
  }

  @Test
  void whatIsWantedAndWhatIsHeldIsListed() throws Exception {
    need("a.test");
    assertThat(only().certificate()).isEmpty();
    assertThat(only().next()).isPresent();

    CertificateState state = hold("a.test");
    assertThat(only().certificate()).contains(state.held().orElseThrow().certificate());
    assertThat(only().next()).contains(NOW.plus(Duration.ofDays(60)));
    wanted.serve(Set.of(), List.of());
    assertThat(only().isNeeded()).isFalse();
    assertThat(only().next()).isEmpty();
  }

  @Test
  void whenItIsRenewedIsTheAuthoritysHintThatTheHolderWroteDown() throws Exception {
    need("a.test");
    CertificateState state = hold("a.test");
    var hints = new RenewalHints();
    var window =
        new Authority.Window(
            NOW.plus(Duration.ofDays(10)), NOW.plus(Duration.ofDays(11)), Optional.empty());
    hints.keep(state.held().orElseThrow().certificate(), Optional.of(window), NOW);
    hints.tell("le", new Notes(documents, LEASE));

    assertThat(only().next().orElseThrow()).isBetween(window.start(), window.end());
  }

  @Test
  void aRenewalIsWrittenDownForTheHolder() throws Exception {
    need("a.test");
    CertificateState state = hold("a.test");
    operator.renew(only());
    operator.renew(only());

    assertThat(instructions.renewals().values()).containsExactly(Renew.of(state));
    assertThat(only().next().orElseThrow()).isBefore(NOW);
    assertThat(only().instruction()).contains("is to be renewed now");
  }

  @Test
  void nothingIsRenewedThatIsNotOrdered() throws Exception {
    hold("a.test");
    assertThatThrownBy(() -> operator.renew(only()))
        .isInstanceOf(IOException.class)
        .hasMessage("a.test: no router needs it any more, nothing is ordered");
    assertThatThrownBy(
            () -> operator.renew(ListedCertificate.given(List.of("g.test"), List.of(), false)))
        .hasMessageContaining("given by the configuration");
    assertThat(instructions.renewals()).isEmpty();
  }

  @Test
  void aRevocationIsWrittenDownWithTheCertificateThatIsMeant() throws Exception {
    need("a.test");
    CertificateState state = hold("a.test");
    operator.revoke(only(), RevocationReason.KEY_COMPROMISE, List.of("le"));

    assertThat(instructions.revocations())
        .singleElement()
        .satisfies(
            revoke -> {
              assertThat(revoke.isOf(state)).isTrue();
              assertThat(revoke.reason()).isEqualTo(RevocationReason.KEY_COMPROMISE);
            });
    assertThat(only().instruction()).contains("is to be revoked (keyCompromise)");
  }

  @Test
  void whatNobodyWouldRevokeIsTold() throws Exception {
    hold("a.test");

    assertThatThrownBy(
            () -> operator.revoke(only(), RevocationReason.UNSPECIFIED, List.of("other")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("a.test: there is no certificate resolver \"le\" here any more");
    assertThat(instructions.revocations()).isEmpty();
  }

  @Test
  void whatIsNotThereIsNotRevoked() {
    need("a.test");

    assertThatThrownBy(() -> operator.revoke(only(), RevocationReason.UNSPECIFIED, List.of("le")))
        .hasMessage("a.test: there is no such certificate now");
  }
}
