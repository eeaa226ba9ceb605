package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Grows a tree from single paths with values: flags, environment variables, labels.
 *
 * <p>Keys that differ only in case are one key, spelt as it came first. Elements of a list are
 * ordered by their number (Traefik orders them as text, so that the tenth comes before the second;
 * that is an accident nobody wants).
 */
final class TreeBuilder {
  private static final Pattern KEY = Pattern.compile("([^\\[\\]]*)((?:\\[\\d{1,6}])*)");

  /** A block, a list (keys are numbers) or a value in the making. */
  private static final class Growing {
    final Place place;
    final Map<String, String> spelling = new LinkedHashMap<>();
    final Map<String, Growing> children = new LinkedHashMap<>();
    final NavigableMap<Integer, Growing> items = new TreeMap<>();
    final List<String> values = new ArrayList<>();

    Growing(Place place) {
      this.place = place;
    }

    Growing child(String key, Place at) {
      String lowerCase = key.toLowerCase(Locale.ROOT);
      spelling.putIfAbsent(lowerCase, key);
      return children.computeIfAbsent(lowerCase, _ -> new Growing(at));
    }
  }

  private final Growing root = new Growing(Place.NONE);
  private final List<Problem> problems = new ArrayList<>();

  /** Puts a value at a path; a path that comes again gets one more value. */
  void put(List<String> path, String value, Place place) {
    Growing at = root;
    if (path.size() > ReadLimits.MAX_DEPTH) {
      problems.add(place.problem("", "a path has at most " + ReadLimits.MAX_DEPTH + " keys"));
      return;
    }
    for (String key : path) {
      Matcher parts = KEY.matcher(key);
      if (!parts.matches() || parts.group(1).isEmpty()) {
        problems.add(place.problem(String.join(".", path), "\"" + key + "\" is not a key"));
        return;
      }
      at = at.child(parts.group(1), place);
      for (String index : parts.group(2).replace("]", "").split("\\[")) {
        if (!index.isEmpty()) {
          at = at.items.computeIfAbsent(Integer.valueOf(index), _ -> new Growing(place));
        }
      }
    }
    at.values.add(value);
  }

  Parsed build() {
    return new Parsed(mapping(root, ""), problems);
  }

  private Tree.Mapping mapping(Growing growing, String path) {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    growing.children.forEach(
        (lowerCase, child) -> {
          String key = growing.spelling.getOrDefault(lowerCase, lowerCase);
          entries.put(
              key,
              new Tree.Entry(child.place, tree(child, path.isEmpty() ? key : path + '.' + key)));
        });
    return new Tree.Mapping(entries, growing.place);
  }

  private Tree tree(Growing growing, String path) {
    if (!growing.items.isEmpty()) {
      if (!growing.children.isEmpty()) {
        problems.add(growing.place.problem(path, "is given both as a list and as a block"));
      }
      var items = new ArrayList<Tree>();
      growing.items.forEach((index, item) -> items.add(tree(item, path + '[' + index + ']')));
      return new Tree.Sequence(items, growing.place);
    }
    if (growing.children.isEmpty()) {
      return growing.values.size() == 1
          ? new Tree.Scalar(growing.values.getFirst(), growing.place)
          : new Tree.Sequence(
              growing.values.stream()
                  .<Tree>map(value -> new Tree.Scalar(value, growing.place))
                  .toList(),
              growing.place);
    }
    // A block that is also turned on by itself (--ping --ping.entryPoint=web) is the block.
    if (growing.values.stream().anyMatch(value -> !value.equalsIgnoreCase("true"))) {
      problems.add(
          growing.place.problem(path, "has options of its own and takes no value but true"));
    }
    return mapping(growing, path);
  }
}
