package io.phalanx.providers.consulcatalog;

import io.phalanx.providers.tree.Place;
import io.phalanx.providers.tree.Tree;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Blocks of what tags say, on their way to being whole.
 *
 * @param place of what is put into them
 */
record Blocks(Place place) {
  /** The block with this value for a key, whatever its case; an empty block takes the key away. */
  Tree.Mapping with(Tree.Mapping tree, String key, Tree value) {
    var entries = new LinkedHashMap<>(tree.without(key).entries());
    if (!(value instanceof Tree.Mapping mapping && mapping.entries().isEmpty())) {
      entries.put(key, new Tree.Entry(place, value));
    }
    return new Tree.Mapping(entries, tree.place());
  }

  static Optional<String> text(Tree.Mapping tree, String key) {
    return tree.entry(key)
        .map(Tree.Entry::value)
        .filter(Tree.Scalar.class::isInstance)
        .map(value -> ((Tree.Scalar) value).text());
  }
}
