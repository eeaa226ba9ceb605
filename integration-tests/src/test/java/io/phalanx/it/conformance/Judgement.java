package io.phalanx.it.conformance;

import java.util.Collections;
import java.util.LinkedHashMap;
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

  /**
   * The lists as they would be if they said what came out: entries that still hold keep their
   * words, new ones get the difference for a reason or no decision, so that neither is taken as it
   * is.
   *
   * @param outcomes first difference by id, empty for a case that passes; cases that were not run
   *     stay as they are
   */
  Proposal proposal(Map<String, Spec> cases, Map<String, String> outcomes) {
    var reasons = new TreeMap<>(notYet);
    var decided = new TreeMap<>(decisions);
    outcomes.forEach(
        (id, difference) -> {
          boolean passes = difference.isEmpty();
          boolean quirk = cases.getOrDefault(id, Spec.EMPTY).has("quirk");
          if (passes) {
            reasons.remove(id);
          }
          if (quirk && !reasons.containsKey(id)) {
            decided.compute(
                id, (_, known) -> new Decision(passes, known == null ? "" : known.text()));
          } else if (!passes && !quirk) {
            reasons.putIfAbsent(id, "mistake: " + difference);
          }
        });
    return new Proposal(reasons, decided);
  }

  /**
   * @param notYet for not-yet.yaml
   * @param quirks for quirks.yaml
   */
  record Proposal(Map<String, String> notYet, Map<String, Decision> quirks) {
    Proposal {
      notYet = Collections.unmodifiableMap(new TreeMap<>(notYet));
      quirks = Collections.unmodifiableMap(new TreeMap<>(quirks));
    }

    /** Both lists as YAML, by the names of their files. */
    Map<String, String> files() {
      var decisions = new TreeMap<String, Object>();
      quirks.forEach(
          (id, quirk) -> {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("same", quirk.same());
            entry.put("decision", quirk.text());
            decisions.put(id, entry);
          });
      return Map.of("not-yet.yaml", Yaml.write(notYet), "quirks.yaml", Yaml.write(decisions));
    }
  }
}
