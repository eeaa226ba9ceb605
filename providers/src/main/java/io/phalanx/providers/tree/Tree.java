package io.phalanx.providers.tree;

import io.phalanx.providers.pem.PemText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Configuration of any format. Immutable. */
public sealed interface Tree {
  Place place();

  /** A scalar as it was written: numbers and truth are text here. */
  sealed interface Scalar extends Tree {
    String text();

    record Plain(String text, Place place) implements Scalar {}

    /** Trees are kept for long: one with a private key keeps it as a secret. */
    record Hidden(Secret secret, Place place) implements Scalar {
      @Override
      public String text() {
        return secret.value();
      }
    }

    static Scalar of(String text, Place place) {
      return PemText.holdsKey(text) ? new Hidden(new Secret(text), place) : new Plain(text, place);
    }
  }

  record Sequence(List<Tree> items, Place place) implements Tree {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** A block of keys, in the order and the case in which they were written. */
  record Mapping(SequencedMap<String, Entry> entries, Place place) implements Tree {
    public static final Mapping EMPTY = empty(Place.NONE);

    static Mapping empty(Place place) {
      return new Mapping(new LinkedHashMap<>(), place);
    }

    public Mapping {
      entries = PackedMap.copyOf(entries);
    }

    /** The entry of a key, whatever its case. */
    public Optional<Entry> entry(String key) {
      Entry exact = entries.get(key);
      if (exact != null) {
        return Optional.of(exact);
      }
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        if (isSame(entry.getKey(), key)) {
          return Optional.of(entry.getValue());
        }
      }
      return Optional.empty();
    }

    /** Most are not even alike, and nothing is made for those. */
    private static boolean isSame(String one, String other) {
      return one.equalsIgnoreCase(other)
          && one.toLowerCase(Locale.ROOT).equals(other.toLowerCase(Locale.ROOT));
    }

    /** The block at a path of keys, if each of them is a block. */
    public Optional<Mapping> block(String... path) {
      Mapping block = this;
      for (String key : path) {
        Optional<Mapping> next =
            block
                .entry(key)
                .map(Entry::value)
                .filter(Mapping.class::isInstance)
                .map(Mapping.class::cast);
        if (next.isEmpty()) {
          return next;
        }
        block = next.get();
      }
      return Optional.of(block);
    }

    /** This block without the keys at its top that are named, whatever their case. */
    public Mapping without(String... keys) {
      var rest = new LinkedHashMap<>(entries);
      for (String key : keys) {
        rest.keySet().removeIf(key::equalsIgnoreCase);
      }
      return new Mapping(rest, place);
    }
  }

  /** What stands at a key. */
  record Entry(Place keyPlace, Tree value) {}

  /** The place of what stands at a dotted path, or of the nearest thing above it that exists. */
  static Place placeOf(Mapping root, String dottedPath) {
    return placeOf(root, List.of(dottedPath.split("[.\\[\\]]+")));
  }

  /** The same for keys that may hold dots; an item of a list is named by its index. */
  static Place placeOf(Mapping root, List<String> keys) {
    Place place = root.place();
    Tree tree = root;
    for (String key : keys) {
      Optional<Tree> next =
          switch (tree) {
            case Mapping mapping -> mapping.entry(key).map(Entry::value);
            case Sequence(List<Tree> items, Place _)
                when key.matches("\\d{1,9}") && Integer.parseInt(key) < items.size() ->
                Optional.of(items.get(Integer.parseInt(key)));
            case Sequence _, Scalar _ -> Optional.empty();
          };
      if (next.isEmpty()) {
        return place;
      }
      place =
          tree instanceof Mapping mapping
              ? mapping.entry(key).orElseThrow().keyPlace()
              : next.get().place();
      tree = next.get();
    }
    return place;
  }
}
