package io.phalanx.providers.tree;

import java.util.LinkedHashMap;

/** Operations on trees. */
public final class Trees {
  private Trees() {}

  /**
   * {@code over} on top of {@code under}, block by block; keys are the same whatever their case;
   * lists and scalars are replaced.
   */
  public static Tree.Mapping merge(Tree.Mapping under, Tree.Mapping over) {
    var entries = new LinkedHashMap<>(under.entries());
    over.entries()
        .forEach(
            (key, entry) -> {
              String known =
                  entries.keySet().stream().filter(key::equalsIgnoreCase).findFirst().orElse(key);
              Tree.Entry below = entries.get(known);
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
}
