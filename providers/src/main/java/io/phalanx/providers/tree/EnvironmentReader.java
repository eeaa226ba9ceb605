package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Environment variables as Traefik takes them: {@code PREFIX_A_B_C}, in which an underscore
 * separates keys and a number is an element where a list is expected ({@code
 * PREFIX_DOMAINS_0_MAIN}). Keys are lower case, so names in them are, too. A variable whose first
 * word is no option belongs to someone else and is left alone; behind one that is, all must be
 * right.
 */
public final class EnvironmentReader {
  private EnvironmentReader() {}

  /**
   * @param prefix with its underscore, as {@code TRAEFIK_}; matches whatever its case
   * @param roots the first words that are options, in any case
   */
  public static Parsed read(Map<String, String> environment, String prefix, Set<String> roots) {
    var builder = new TreeBuilder(new Place("environment", 0), new Mistakes());
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.regionMatches(true, 0, prefix, 0, prefix.length())) {
                return;
              }
              List<String> words =
                  List.of(name.substring(prefix.length()).toLowerCase(Locale.ROOT).split("_", -1));
              if (roots.stream().anyMatch(root -> root.equalsIgnoreCase(words.getFirst()))) {
                builder.put(words, value, new Place("environment variable " + name, 0));
              }
            });
    return builder.build();
  }

  /**
   * Variables with the prefix whose first word is nearly an option: probably meant as one. Others
   * belong to someone else: an orchestrator sets variables named after its services.
   */
  public static List<Problem> nearlyOptions(
      Map<String, String> environment, String prefix, Set<String> roots) {
    var problems = new ArrayList<Problem>();
    for (String name : new TreeMap<>(environment).keySet()) {
      if (!name.regionMatches(true, 0, prefix, 0, prefix.length())) {
        continue;
      }
      String word = name.substring(prefix.length()).split("_", -1)[0].toLowerCase(Locale.ROOT);
      String meant = DidYouMean.among(word, roots);
      if (!meant.isEmpty() && roots.stream().noneMatch(word::equalsIgnoreCase)) {
        problems.add(
            new Problem(
                "environment variable " + name,
                0,
                "",
                "is not used: \"" + word + "\" is no option" + meant));
      }
    }
    return problems;
  }
}
