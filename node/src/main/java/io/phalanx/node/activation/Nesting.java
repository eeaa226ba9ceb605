package io.phalanx.node.activation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;

/** How deep objects are nested that lead to others, in whatever order they are written down. */
final class Nesting {
  /** Objects in objects that a request or a connection may go through. */
  static final int MOST = 100;

  /** Objects of a circle that are built because of each other; each is a step of recursion. */
  static final int MOST_OPEN = 250;

  private record Step(String name, Iterator<String> others) {}

  private Nesting() {}

  /**
   * Those that one leads to come before it, but for circles: built in this order they recurse
   * little.
   *
   * @param names qualified
   * @param others qualified names of what one of them leads to
   * @return by name how many there are on the longest way from it, itself included
   */
  static SequencedMap<String, Integer> innermostFirst(
      Set<String> names, Function<String, List<String>> others) {
    var depths = new LinkedHashMap<String, Integer>();
    var seen = new HashSet<String>();
    for (String start : names) {
      Deque<Step> path = new ArrayDeque<>();
      if (seen.add(start)) {
        path.push(new Step(start, others.apply(start).iterator()));
      }
      while (!path.isEmpty()) {
        Step last = path.element();
        if (!last.others().hasNext()) {
          path.pop();
          int inside =
              others.apply(last.name()).stream()
                  .mapToInt(other -> depths.getOrDefault(other, 0))
                  .max()
                  .orElse(0);
          depths.put(last.name(), inside + 1);
        } else {
          String next = last.others().next();
          if (names.contains(next) && seen.add(next)) {
            path.push(new Step(next, others.apply(next).iterator()));
          }
        }
      }
    }
    return depths;
  }
}
