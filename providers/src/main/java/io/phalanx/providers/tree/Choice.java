package io.phalanx.providers.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * A block whose keys are names out of a catalogue, each with options of its own type: exactly one
 * of them for an object that has a type (a middleware), any number for a list of things that may be
 * turned on (the providers), of which those without mistakes count. To name one is enough: its
 * block may be empty, or {@code true}.
 *
 * @param catalogue the type of the options by the name, as it is spelt
 * @param notServed names that Traefik knows and this release does not serve
 * @param builder how the value is made
 */
public record Choice<T>(
    Map<String, Class<? extends Record>> catalogue,
    Set<String> notServed,
    boolean exactlyOne,
    Builder<T> builder)
    implements Shape<T> {
  /** Takes a value apart and puts it together. */
  public interface Builder<T> {
    T build(SequencedMap<String, Record> options);

    SequencedMap<String, Record> options(T value);
  }

  public Choice {
    catalogue = Map.copyOf(catalogue);
    notServed = Set.copyOf(notServed);
  }

  @Override
  public Optional<T> decode(Tree tree, String path, Decoding decoding) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      decoding.report(tree.place(), path, "a block is expected");
      return Optional.empty();
    }
    var options = new LinkedHashMap<String, Record>();
    boolean broken = false;
    var seen = new HashSet<String>();
    for (Map.Entry<String, Tree.Entry> entry : mapping.entries().entrySet()) {
      Optional<Map.Entry<String, Class<? extends Record>>> known =
          catalogue.entrySet().stream()
              .filter(type -> type.getKey().equalsIgnoreCase(entry.getKey()))
              .findFirst();
      String keyPath = Decoding.join(path, entry.getKey());
      if (!seen.add(entry.getKey().toLowerCase(Locale.ROOT))) {
        decoding.report(entry.getValue().keyPlace(), keyPath, "is given twice");
        broken = true;
        continue;
      }
      if (known.isEmpty()) {
        decoding.report(entry.getValue().keyPlace(), keyPath, refusal(entry.getKey()));
        broken = true;
        continue;
      }
      Optional<? extends Record> value =
          decoding.block(entry.getValue().value(), known.get().getValue(), keyPath);
      value.ifPresent(record -> options.put(known.get().getKey(), record));
      broken |= value.isEmpty() && !Decoding.isOff(entry.getValue().value());
    }
    return broken && exactlyOne ? Optional.empty() : built(options, tree, path, decoding);
  }

  private String refusal(String key) {
    return notServed.stream().anyMatch(key::equalsIgnoreCase)
        ? key + " is not served yet"
        : "unknown key" + DidYouMean.among(key, catalogue.keySet());
  }

  private Optional<T> built(
      SequencedMap<String, Record> options, Tree tree, String path, Decoding decoding) {
    if (exactlyOne && options.size() != 1) {
      decoding.report(
          tree.place(),
          path,
          options.isEmpty()
              ? "needs exactly one type, such as "
                  + catalogue.keySet().stream().sorted().findFirst().orElse("")
              : "multi-types are not supported: "
                  + String.join(", ", new ArrayList<>(options.keySet()))
                  + "; make one object for each");
      return Optional.empty();
    }
    return Optional.of(builder.build(options));
  }

  @Override
  public Tree encode(T value, Encoder encoder) {
    var entries = new LinkedHashMap<String, Tree.Entry>();
    builder
        .options(value)
        .forEach(
            (name, options) ->
                entries.put(name, new Tree.Entry(Place.NONE, encoder.encode(options))));
    return new Tree.Mapping(entries, Place.NONE);
  }

  /** The names of the catalogue, sorted. */
  public List<String> names() {
    return catalogue.keySet().stream().sorted().toList();
  }
}
