package io.phalanx.it.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final List<String> NONE = List.of();
  private static final List<String> SOME = List.of(".status: want 200 got 404");
  private static final Map<String, Spec> CASES =
      Map.of(
          "plain",
          Spec.EMPTY,
          "later",
          Spec.EMPTY,
          "odd",
          new Spec(Map.of("quirk", "why")),
          "kept",
          new Spec(Map.of("quirk", "why")));

  private static Judgement judgement(String notYet, String quirks) {
    return new Judgement(Spec.of(Yaml.read(notYet)), Spec.of(Yaml.read(quirks)));
  }

  private final Judgement judgement =
      judgement(
          "later: TLS",
          "{odd: {same: false, decision: better}, kept: {same: true, decision: as it is}}");

  @Test
  void aCaseHasToPassUnlessAListSaysOtherwise() {
    assertThat(judgement.complaint("plain", NONE)).isEmpty();
    assertThat(judgement.complaint("plain", SOME)).contains(".status: want 200 got 404");
    assertThat(judgement.complaint("kept", NONE)).isEmpty();
    assertThat(judgement.complaint("kept", SOME)).isPresent();
  }

  @Test
  void aListedCaseThatPassesIsAFailure() {
    assertThat(judgement.complaint("later", SOME)).isEmpty();
    assertThat(judgement.complaint("later", NONE))
        .contains("is listed in not-yet.yaml, but passes: take it from the list");
    assertThat(judgement.complaint("odd", SOME)).isEmpty();
    assertThat(judgement.complaint("odd", NONE)).isPresent();
  }

  @Test
  void theListsAreAboutCasesThatExist() {
    assertThat(judgement.mistakes(CASES)).isEmpty();
    assertThat(judgement("{gone: TLS}", "{}").mistakes(Map.of()))
        .containsExactly("there is no case gone");
  }

  @Test
  void everyQuirkIsDecidedAndNothingElseIs() {
    assertThat(judgement("{}", "{plain: {same: true, decision: x}}").mistakes(CASES))
        .containsExactly(
            "kept is a quirk about which nothing is decided",
            "odd is a quirk about which nothing is decided",
            "plain is no quirk: it has to pass");
  }

  @Test
  void aProposalKeepsWhatStillHoldsAndDecidesNothing() {
    var proposal =
        judgement("{later: TLS, unrun: HTTP/2}", "{odd: {same: false, decision: better}}")
            .proposal(CASES, Map.of("plain", "differs", "later", "", "odd", "", "kept", "differs"));

    assertThat(proposal.notYet())
        .containsExactly(Map.entry("plain", "mistake: differs"), Map.entry("unrun", "HTTP/2"));
    assertThat(proposal.quirks())
        .containsExactly(
            Map.entry("kept", new Judgement.Decision(false, "")),
            Map.entry("odd", new Judgement.Decision(true, "better")));
  }

  @Test
  void aProposalIsReadBackAsItWasWritten() {
    Map<String, String> files = judgement.proposal(CASES, Map.of("plain", "a: b #c")).files();

    assertThat(Yaml.read(files.getOrDefault("not-yet.yaml", "")))
        .isEqualTo(Map.of("later", "TLS", "plain", "mistake: a: b #c"));
    assertThat(Spec.of(Yaml.read(files.getOrDefault("quirks.yaml", ""))).spec("odd").entries())
        .isEqualTo(Map.of("same", false, "decision", "better"));
  }

  @Test
  void reasonsAndDecisionsAreGiven() {
    assertThat(judgement("{later: ''}", "{odd: {same: true}, kept: {same: true}}").mistakes(CASES))
        .containsExactly(
            "not-yet.yaml gives no reason for later",
            "quirks.yaml has no decision for kept",
            "quirks.yaml has no decision for odd");
  }
}
