package io.phalanx.providers.tree;

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
}
