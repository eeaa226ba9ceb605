package io.phalanx.providers.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Grows a tree from single paths with values: flags, environment variables, labels.
 *
 * <p>Keys that differ only in case are one key, spelt as it came first. Elements of a list ({@code
 * servers[10]}) are ordered by their number, and gaps close. Traefik orders them as text, so that
 * the tenth comes before the second; that is an accident nobody wants.
 */
final class TreeBuilder {
  private static final int LONGEST_INDEX = 6;

  /** A block, a list or a value in the making. */
  private static final class Growing {
    final Place place;
    final Map<String, String> spelling = new LinkedHashMap<>();
    final Map<String, Growing> children = new LinkedHashMap<>();
    final NavigableMap<Integer, Growing> items = new TreeMap<>();
    final List<String> values = new ArrayList<>();

    Growing(Place place) {
      this.place = place;
    }

    Growing child(Step step, Place at) {
      return switch (step) {
        case Step.Key(String name) -> {
          String lowerCase = name.toLowerCase(Locale.ROOT);
          spelling.putIfAbsent(lowerCase, name);
          yield children.computeIfAbsent(lowerCase, _ -> new Growing(at));
        }
        case Step.Index(int number) -> items.computeIfAbsent(number, _ -> new Growing(at));
      };
    }
  }

  private sealed interface Step {
    record Key(String name) implements Step {}

    record Index(int number) implements Step {}
  }

  private final Growing root;
  private final Mistakes mistakes;
  private int steps;

  /**
   * @param whole what the tree as a whole is of
   * @param mistakes those that were found before
   */
  TreeBuilder(Place whole, Mistakes mistakes) {
    this.root = new Growing(whole);
    this.mistakes = mistakes;
  }

  /** Puts a value at a path; a path that comes again gets one more value. */
  void put(List<String> path, String value, Place place) {
    var route = new ArrayList<Step>();
    for (String key : path) {
      Optional<List<Step>> parts = steps(key);
      if (parts.isEmpty()) {
        mistakes.add(place.problem(String.join(".", path), "\"" + key + "\" is not a key"));
        return;
      }
      route.addAll(parts.get());
    }
    steps += route.size();
    if (route.size() > ReadLimits.MAX_DEPTH || steps > ReadLimits.MAX_VALUES) {
      mistakes.add(
          place.problem(
              "",
              "a path has at most "
                  + ReadLimits.MAX_DEPTH
                  + " keys, all together at most "
                  + ReadLimits.MAX_VALUES));
      return;
    }
    Growing at = root;
    for (Step step : route) {
      at = at.child(step, place);
    }
    at.values.add(value);
  }

  /** The steps of {@code name}, {@code name[0]} or {@code name[0][1]}; empty for anything else. */
  private static Optional<List<Step>> steps(String key) {
    int bracket = key.indexOf('[');
    if (bracket < 0) {
      return key.isEmpty() || key.contains("]")
          ? Optional.empty()
          : Optional.of(List.of(new Step.Key(key)));
    }
    if (bracket == 0 || !key.endsWith("]")) {
      return Optional.empty();
    }
    var steps = new ArrayList<Step>();
    steps.add(new Step.Key(key.substring(0, bracket)));
    for (String index : key.substring(bracket + 1, key.length() - 1).split("]\\[", -1)) {
      if (index.isEmpty()
          || index.length() > LONGEST_INDEX
          || !index.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Optional.empty();
      }
      steps.add(new Step.Index(Integer.parseInt(index)));
    }
    return Optional.of(steps);
  }

  Parsed build() {
    Tree.Mapping tree = mapping(root, "");
    return new Parsed(tree, mistakes.inOrder());
  }

  private Tree.Mapping mapping(Growing growing, String path) {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    growing.children.forEach(
        (lowerCase, child) -> {
          String key = growing.spelling.getOrDefault(lowerCase, lowerCase);
          entries.put(key, new Tree.Entry(child.place, tree(child, Decoding.join(path, key))));
        });
    return new Tree.Mapping(entries, growing.place);
  }

  private Tree tree(Growing growing, String path) {
    if (!growing.items.isEmpty()) {
      if (!growing.children.isEmpty() || !growing.values.isEmpty()) {
        mistakes.add(
            growing.place.problem(path, "is given by its elements and in another way, too"));
      }
      var items = new ArrayList<Tree>();
      growing.items.forEach((index, item) -> items.add(tree(item, path + '[' + index + ']')));
      return new Tree.Sequence(items, growing.place);
    }
    if (growing.children.isEmpty()) {
      return growing.values.size() == 1
          ? Tree.Scalar.of(growing.values.getFirst(), growing.place)
          : new Tree.Sequence(
              growing.values.stream()
                  .flatMap(value -> Arrays.stream(value.split(",")))
                  .<Tree>map(value -> Tree.Scalar.of(value.strip(), growing.place))
                  .toList(),
              growing.place);
    }
    // A block that is also turned on by itself (--ping --ping.entryPoint=web) is the block.
    if (growing.values.stream().anyMatch(value -> !value.equalsIgnoreCase("true"))) {
      mistakes.add(
          growing.place.problem(path, "has options of its own and takes no value but true"));
    }
    return mapping(growing, path);
  }
}
