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
  private static final int MOST_ELEMENTS = 64;
  private static final int MOST_CHARACTERS = 8 << 10;

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
   * The one that the client likes best; empty if it is none, or the body as it is, or if the client
   * names more than 64, or in more than 8 KiB.
   *
   * @param lines of the request's header
   */
  public Optional<Coding> choose(List<String> lines) {
    if (lines.isEmpty()) {
      return standard;
    }
    if (isTooMuch(lines)) {
      return Optional.empty();
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

  private static boolean isTooMuch(List<String> lines) {
    int characters = 0;
    int elements = 0;
    for (String line : lines) {
      characters += line.length();
      elements++;
      if (characters > MOST_CHARACTERS) {
        return true;
      }
      for (int at = line.indexOf(','); at >= 0; at = line.indexOf(',', at + 1)) {
        elements++;
      }
      if (elements > MOST_ELEMENTS) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, Double> weights(List<String> lines) {
    var weights = new HashMap<String, Double>();
    for (String line : lines) {
      for (String element : line.split(",")) {
        String[] parts = element.split(";");
        String name = parts.length == 0 ? "" : parts[0].strip().toLowerCase(Locale.ROOT);
        double weight = 1;
        for (int i = 1; i < parts.length; i++) {
          String part = parts[i].strip();
          if (part.regionMatches(true, 0, "q=", 0, 2)) {
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

  /**
   * As RFC 9110, section 12.4.2, has it, with any number of digits behind the point, or none before
   * it. What is no weight counts as none: the client is not to get what it may not want.
   */
  private static double weight(String text) {
    int point = text.indexOf('.');
    String whole = point < 0 ? text : text.substring(0, point);
    String rest = point < 0 ? "" : text.substring(point + 1);
    boolean isWeight =
        whole.equals("0") || whole.equals("1") || (whole.isEmpty() && !rest.isEmpty());
    if (!isWeight || !rest.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0;
    }
    return Math.min(1, Double.parseDouble(text));
  }
}
