package io.phalanx.providers.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Operations on trees. */
public final class Trees {
  private Trees() {}

  /**
   * {@code over} on top of {@code under}, block by block; keys are the same whatever their case,
   * but one that is spelt alike goes before; lists and scalars are replaced.
   */
  public static Tree.Mapping merge(Tree.Mapping under, Tree.Mapping over) {
    if (over.entries().isEmpty()) {
      return under;
    }
    var entries = new LinkedHashMap<>(under.entries());
    Map<String, String> spelling = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    under.entries().keySet().forEach(key -> spelling.putIfAbsent(key, key));
    over.entries()
        .forEach(
            (key, entry) -> {
              String known =
                  under.entries().containsKey(key) ? key : spelling.getOrDefault(key, key);
              Tree.Entry below = under.entries().get(known);
              Tree merged =
                  below != null
                          && below.value() instanceof Tree.Mapping a
                          && entry.value() instanceof Tree.Mapping b
                      ? merge(a, b)
                      : entry.value();
              entries.put(known, new Tree.Entry(entry.keyPlace(), merged));
            });
    return new Tree.Mapping(entries, over.place());
  }

  /**
   * Dotted paths of all that is in one of two trees only, or is another value in each; without the
   * values, which may be secret. Where all of a block is missing, that of the block.
   */
  public static List<String> differences(Tree.Mapping one, Tree.Mapping other) {
    var paths = new ArrayList<String>();
    differences(one, other, "", paths);
    return paths;
  }

  private static void differences(
      Tree.Mapping one, Tree.Mapping other, String path, List<String> paths) {
    var keys = new LinkedHashSet<>(one.entries().keySet());
    keys.addAll(other.entries().keySet());
    for (String key : keys) {
      Tree.Entry here = one.entries().get(key);
      Tree.Entry there = other.entries().get(key);
      if (here == null || there == null) {
        paths.add(path + key);
      } else if (here.value() instanceof Tree.Mapping a
          && there.value() instanceof Tree.Mapping b) {
        differences(a, b, path + key + '.', paths);
      } else if (!withoutPlaces(here.value()).equals(withoutPlaces(there.value()))) {
        paths.add(path + key);
      }
    }
  }

  /** The same tree without places, so that it equals one that was written elsewhere. */
  static Tree withoutPlaces(Tree tree) {
    return switch (tree) {
      case Tree.Scalar scalar -> Tree.Scalar.of(scalar.text(), Place.NONE);
      case Tree.Sequence(List<Tree> items, Place _) ->
          new Tree.Sequence(items.stream().map(Trees::withoutPlaces).toList(), Place.NONE);
      case Tree.Mapping mapping -> withoutPlaces(mapping);
    };
  }

  /** The same block without places, so that it equals one that was written elsewhere. */
  public static Tree.Mapping withoutPlaces(Tree.Mapping mapping) {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    mapping
        .entries()
        .forEach(
            (key, entry) ->
                entries.put(key, new Tree.Entry(Place.NONE, withoutPlaces(entry.value()))));
    return new Tree.Mapping(entries, Place.NONE);
  }
}
