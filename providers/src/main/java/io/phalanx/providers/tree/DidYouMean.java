package io.phalanx.providers.tree;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what was probably meant by a word that is not known. */
public final class DidYouMean {
  private static final int SHORTEST_BEGINNING = 3;

  private DidYouMean() {}

  /**
   * {@code ; did you mean "..."?} with the nearest of the known words, or nothing if none is near:
   * a third of a word may be wrong, or its end left out. Of several that are as near it is the
   * first in alphabetical order.
   */
  public static String among(String word, Collection<String> known) {
    String plain = plain(word);
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      String other = plain(candidate);
      int allowed = Math.min(least, Math.max(1, other.length() / 3));
      if (Math.abs(plain.length() - other.length()) > allowed) {
        continue;
      }
      int distance = distance(plain, other);
      if (distance < least && distance <= allowed) {
        nearest = candidate;
        least = distance;
      } else if (distance == least && candidate.compareTo(nearest) < 0) {
        nearest = candidate;
      }
    }
    return Optional.of(nearest)
        .filter(found -> !found.isEmpty())
        .or(() -> beginningWith(plain, known))
        .map(meant -> "; did you mean \"" + meant + "\"?")
        .orElse("");
  }

  private static Optional<String> beginningWith(String plain, Collection<String> known) {
    return plain.length() < SHORTEST_BEGINNING
        ? Optional.empty()
        : known.stream()
            .filter(candidate -> plain(candidate).startsWith(plain))
            .sorted()
            .findFirst();
  }

  private static String plain(String word) {
    return word.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
  }

  /** Letters to add, remove, change or swap with their neighbour. */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
