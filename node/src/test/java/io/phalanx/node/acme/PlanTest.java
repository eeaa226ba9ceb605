package io.phalanx.node.acme;

import static io.phalanx.node.acme.TestStates.NOW;
import static io.phalanx.node.acme.TestStates.held;
import static io.phalanx.node.acme.TestStates.issued;
import static io.phalanx.node.acme.TestStates.need;
import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.acme.CertificateState.Failed;
import io.phalanx.node.acme.Instruction.Renew;
import io.phalanx.node.acme.Plan.Due;
import io.phalanx.node.tls.CertificateNeed;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static final Instant IN_60_DAYS = NOW.plus(Duration.ofDays(60));

  private final Map<String, CertificateState> states = new HashMap<>();
  private final Map<String, Renew> instructed = new HashMap<>();

  private List<Due> due(Collection<String> given, CertificateNeed... needs) {
    return new Plan(
            List.of(needs),
            states,
            given.isEmpty() ? List.of() : List.of(given),
            certificate -> Renewal.at(certificate.certificate(), Optional.empty()),
            instructed)
        .due(NOW);
  }

  private void know(CertificateState state) {
    states.put(CertificateState.documentName(state.need()), state);
  }

  private static List<List<String>> names(List<Due> due) {
    return due.stream().map(one -> one.state().need().names()).toList();
  }

  @Test
  void whatThereIsNoneForIsDueAtOnce() {
    assertThat(due(List.of(), need("a.test")))
        .singleElement()
        .satisfies(one -> assertThat(one.at()).isBefore(NOW));
  }

  @Test
  void oneNeedIsOneSetOfNames() {
    assertThat(names(due(List.of(), need("a.test", "b.test"), need("b.test", "a.test"))))
        .hasSize(1);
  }

  @Test
  void nothingIsOrderedForWhatAGivenCertificateCovers() {
    assertThat(due(List.of("a.test", "*.b.test"), need("a.test", "x.b.test"))).isEmpty();
    assertThat(due(List.of("*.b.test"), need("x.b.test", "b.test"))).hasSize(1);
    assertThat(due(List.of("*.b.test"), need("x.y.b.test"))).hasSize(1);
  }

  @Test
  void nothingIsOrderedForWhatAnotherOrderCovers() {
    assertThat(names(due(List.of(), need("a.test"), need("a.test", "b.test"))))
        .containsExactly(List.of("a.test", "b.test"));
    know(issued("a.test", "b.test"));
    assertThat(names(due(List.of(), need("a.test"), need("a.test", "b.test"))))
        .containsExactly(List.of("a.test", "b.test"));
  }

  @Test
  void anOrderThatFailsKeepsNoOtherFromBeingOrdered() {
    know(
        CertificateState.of(need("a.test", "gone.test"))
            .failed(new Failed(1, NOW.plusSeconds(60), "no such host"), false));

    assertThat(names(due(List.of(), need("a.test"), need("a.test", "gone.test"))))
        .containsExactly(List.of("a.test"), List.of("a.test", "gone.test"));
  }

  @Test
  void aCertificateIsDueWhenTwoThirdsOfItsLifeAreOver() {
    know(issued("a.test"));

    assertThat(due(List.of(), need("a.test")).getFirst().at()).isEqualTo(IN_60_DAYS);
  }

  @Test
  void whatACertificateCoversThatNobodyNeedsAnyMoreIsDueWhenThatWouldBe() {
    know(issued("a.test", "b.test"));

    assertThat(due(List.of(), need("a.test")).getFirst().at()).isEqualTo(IN_60_DAYS);
    states.clear();
    CertificateState over = CertificateState.of(need("a.test", "b.test"));
    know(
        over.issued(held(NOW.minus(Duration.ofDays(91)), Duration.ofDays(90), "a.test", "b.test")));
    assertThat(due(List.of(), need("a.test")).getFirst().at()).isBefore(NOW);
  }

  @Test
  void anOrderInProgressIsGoneOnWithAtOnceUnlessItFailed() {
    CertificateState ordered =
        TestStates.ordered(new ChallengeAnswer(ChallengeKind.HTTP_01, "a.test", "t", "t.p"));
    know(ordered);
    assertThat(due(List.of(), need("a.test")).getFirst().at()).isBefore(NOW);

    know(ordered.failed(new Failed(1, NOW.plusSeconds(60), "late"), true));
    assertThat(due(List.of(), need("a.test")).getFirst().at()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void whatFailedByAWrongClockIsNotWaitedForForYears() {
    know(
        CertificateState.of(need("a.test"))
            .failed(new Failed(1, NOW.plus(Duration.ofDays(400)), "late"), false));

    assertThat(due(List.of(), need("a.test")).getFirst().at()).isBefore(NOW);
  }

  @Test
  void theEarliestComesFirst() {
    know(issued("a.test"));

    assertThat(names(due(List.of(), need("a.test"), need("b.test"))))
        .containsExactly(List.of("b.test"), List.of("a.test"));
  }

  private void instruct(CertificateState state) {
    instructed.put(CertificateState.documentName(state.need()), Renew.of(state));
  }

  @Test
  void whatAnOperatorWantsToBeRenewedIsDueUntilAnotherCertificateIsHeld() {
    CertificateState held = issued("a.test");
    know(held);
    instruct(held);
    assertThat(due(List.of(), need("a.test")).getFirst().at()).isBefore(NOW);

    know(issued("a.test"));
    assertThat(due(List.of(), need("a.test")).getFirst().at()).isEqualTo(IN_60_DAYS);
  }

  @Test
  void anInstructionTriesAtOnceWhatFailedBeforeAndWaitsAsUsualWhenItFailsAgain() {
    Instant later = NOW.plus(Duration.ofHours(6));
    CertificateState failing =
        CertificateState.of(need("a.test")).failed(new Failed(5, later, "no such host"), false);
    know(failing);
    instruct(failing);
    assertThat(due(List.of(), need("a.test")).getFirst().at()).isBefore(NOW);

    know(failing.failed(new Failed(6, later, "no such host"), false));
    assertThat(due(List.of(), need("a.test")).getFirst().at()).isEqualTo(later);
    CertificateState revoked = issued("b.test");
    know(revoked);
    instruct(revoked);
    know(revoked.failed(new Failed(1, later, "late"), false));
    assertThat(due(List.of(), need("b.test")).getFirst().at())
        .as("a renewal that failed is tried again, although the certificate is good still")
        .isEqualTo(later);
  }

  @Test
  void anInstructionOrdersNothingThatACertificateCovers() {
    instruct(CertificateState.of(need("a.test")));

    assertThat(due(List.of("a.test"), need("a.test"))).isEmpty();
  }

  @Test
  void whatThereIsNoRoomForWaitsAndWhatHasADocumentDoesNot() {
    know(issued("a.test"));
    var plan =
        new Plan(
            List.of(need("a.test"), need("b.test"), need("c.test")),
            states,
            List.of(),
            certificate -> Renewal.at(certificate.certificate(), Optional.empty()),
            Map.of());
    List<Due> due = plan.due(NOW);

    assertThat(names(plan.fitting(due, -1))).containsExactly(List.of("a.test"));
    assertThat(plan.fitting(due, 1)).hasSize(2).contains(due.getLast());
    assertThat(plan.fitting(due, 2)).isEqualTo(due);
  }
}
