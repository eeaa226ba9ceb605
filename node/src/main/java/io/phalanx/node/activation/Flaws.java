package io.phalanx.node.activation;

import io.phalanx.providers.Flaw;
import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.DidYouMean;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What was found to be wrong with the objects of each provider. */
final class Flaws {
  /**
   * Every suggestion compares a name with all that are known, in some 10 microseconds each; with a
   * lost file thousands of names may be missing.
   */
  static final int MAX_COMPARISONS = 100_000;

  private final SortedMap<String, List<Flaw>> byProvider = new TreeMap<>();
  private long comparisons;

  void add(String provider, Flaw flaw) {
    byProvider.computeIfAbsent(provider, _ -> new ArrayList<>()).add(flaw);
  }

  List<Flaw> of(String provider) {
    return byProvider.getOrDefault(provider, List.of());
  }

  /** All, as problems that name no place but the provider. */
  List<Problem> problems() {
    return byProvider.entrySet().stream()
        .flatMap(
            entry ->
                entry.getValue().stream()
                    .map(flaw -> new Problem(entry.getKey(), 0, flaw.path(), flaw.message())))
        .toList();
  }

  /** That something does not exist, and what was probably meant. */
  String missing(String kind, String name, Collection<String> known) {
    comparisons += known.size();
    return "there is no "
        + kind
        + " \""
        + name
        + '"'
        + (comparisons <= MAX_COMPARISONS ? DidYouMean.among(name, known) : "");
  }
}
