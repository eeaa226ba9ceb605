package io.phalanx.providers.tree;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Environment variables as Traefik takes them: {@code PREFIX_A_B_C}, in which an underscore
 * separates keys and {@code [0]} or a number alone is an element of a list. A variable whose first
 * word is no option belongs to someone else and is left alone.
 */
public final class EnvironmentReader {
  private EnvironmentReader() {}

  /**
   * @param prefix with its underscore, as {@code TRAEFIK_}
   * @param roots the first words that are options, in any case
   */
  public static Parsed read(Map<String, String> environment, String prefix, Set<String> roots) {
    var builder = new TreeBuilder();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.startsWith(prefix)) {
                return;
              }
              List<String> words = words(name.substring(prefix.length()));
              if (roots.stream().anyMatch(root -> root.equalsIgnoreCase(words.getFirst()))) {
                builder.put(words, value, new Place("environment variable " + name, 0));
              }
            });
    return builder.build();
  }

  private static List<String> words(String name) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    return Arrays.asList(lowerCase.replaceAll("_(\\d{1,6})(?=_|$)", "[$1]").split("_", -1));
  }
}
