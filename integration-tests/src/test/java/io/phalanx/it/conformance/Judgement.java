package io.phalanx.it.conformance;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The two lists beside the cases: what does not pass yet and why, and what is decided about quirks
 * of Traefik. Both are kept exact: what they say and what comes out must be the same.
 */
final class Judgement {
  /**
   * @param same whether a node does what Traefik does
   */
  record Decision(boolean same, String text) {}

  private final Map<String, String> notYet = new TreeMap<>();
  private final Map<String, Decision> decisions = new TreeMap<>();

  /**
   * @param notYet reasons by the id of the case
   * @param quirks by id: {@code same} and {@code decision}
   */
  Judgement(Spec notYet, Spec quirks) {
    notYet.entries().keySet().forEach(id -> this.notYet.put(id, notYet.text(id, "")));
    quirks
        .entries()
        .keySet()
        .forEach(
            id -> {
              Spec quirk = quirks.spec(id);
              decisions.put(id, new Decision(quirk.flag("same"), quirk.text("decision", "")));
            });
  }

  /** What is wrong with the lists themselves. */
  List<String> mistakes(Map<String, Spec> cases) {
    var mistakes = new TreeSet<String>();
    notYet.forEach(
        (id, reason) -> {
          if (reason.isBlank()) {
            mistakes.add("not-yet.yaml gives no reason for " + id);
          }
          if (decisions.containsKey(id)) {
            mistakes.add(id + " is in both lists");
          }
        });
    decisions.forEach(
        (id, decision) -> {
          if (decision.text().isBlank()) {
            mistakes.add("quirks.yaml has no decision for " + id);
          }
        });
    for (String id : union()) {
      if (!cases.containsKey(id)) {
        mistakes.add("there is no case " + id);
      }
    }
    cases.forEach(
        (id, test) -> {
          boolean quirk = test.has("quirk");
          if (quirk && !notYet.containsKey(id) && !decisions.containsKey(id)) {
            mistakes.add(id + " is a quirk about which nothing is decided");
          }
          if (!quirk && decisions.containsKey(id)) {
            mistakes.add(id + " is no quirk: it has to pass");
          }
        });
    return List.copyOf(mistakes);
  }

  private Set<String> union() {
    var ids = new TreeSet<>(notYet.keySet());
    ids.addAll(decisions.keySet());
    return ids;
  }

  /** Why the build fails for this outcome; empty if it is as the lists say. */
  Optional<String> complaint(String id, List<String> differences) {
    boolean passes = differences.isEmpty();
    if (notYet.containsKey(id)) {
      return passes
          ? Optional.of("is listed in not-yet.yaml, but passes: take it from the list")
          : Optional.empty();
    }
    Decision decision = decisions.get(id);
    boolean wanted = decision == null || decision.same();
    if (passes == wanted) {
      return Optional.empty();
    }
    return Optional.of(
        wanted
            ? String.join("\n", differences)
            : "is to differ from Traefik by quirks.yaml, but does the same");
  }

  String reason(String id) {
    return notYet.getOrDefault(id, "");
  }
}
