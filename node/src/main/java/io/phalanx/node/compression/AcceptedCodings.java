package io.phalanx.node.compression;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Chooses by {@code Accept-Encoding} (RFC 9110, section 12.5.3), as Traefik does. */
public final class AcceptedCodings {
  private static final String ANY = "*";
  private static final String IDENTITY = "identity";

  private final List<Coding> offered;
  private final Optional<Coding> standard;

  /**
   * @param offered of two that a client wants as much the first
   * @param standard for clients that say nothing; for those that take any it is this one, or the
   *     first
   */
  public AcceptedCodings(List<Coding> offered, Optional<Coding> standard) {
    this.offered = List.copyOf(offered);
    this.standard = standard;
  }

  /**
   * The one that the client likes best; empty if it is none, or the body as it is.
   *
   * @param lines of the request's header
   */
  public Optional<Coding> choose(List<String> lines) {
    if (lines.isEmpty()) {
      return standard;
    }
    Map<String, Double> weights = weights(lines);
    Optional<Coding> best = Optional.empty();
    double highest = Math.max(0, Math.nextDown(weights.getOrDefault(IDENTITY, 0.0)));
    for (Coding coding : offered) {
      double weight = weights.getOrDefault(coding.text(), 0.0);
      if (weight > highest) {
        highest = weight;
        best = Optional.of(coding);
      }
    }
    Optional<Coding> named = best;
    return weights.getOrDefault(ANY, 0.0) > highest ? any(weights).or(() -> named) : named;
  }

  /** One that the client does not name. */
  private Optional<Coding> any(Map<String, Double> weights) {
    return standard
        .filter(coding -> !weights.containsKey(coding.text()))
        .or(
            () ->
                offered.stream().filter(coding -> !weights.containsKey(coding.text())).findFirst());
  }

  private static Map<String, Double> weights(List<String> lines) {
    var weights = new HashMap<String, Double>();
    for (String line : lines) {
      for (String element : line.split(",")) {
        String[] parts = element.split(";");
        String name = parts[0].strip().toLowerCase(Locale.ROOT);
        double weight = 1;
        for (int i = 1; i < parts.length; i++) {
          String part = parts[i].strip().toLowerCase(Locale.ROOT);
          if (part.startsWith("q=")) {
            weight = weight(part.substring(2));
          }
        }
        if (!name.isEmpty()) {
          weights.putIfAbsent(name, weight);
        }
      }
    }
    return weights;
  }

  /** What is no weight counts as none: the client is not to get what it may not want. */
  private static double weight(String text) {
    return text.matches("[01](\\.\\d{0,3})?") ? Math.min(1, Double.parseDouble(text)) : 0;
  }
}
