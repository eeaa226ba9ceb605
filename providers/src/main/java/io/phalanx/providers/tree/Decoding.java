package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;
import io.phalanx.providers.tree.RecordType.Option;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One decoding: the mistakes so far, and the recursion over types. */
public final class Decoding {
  private final Map<Class<?>, Shape<?>> shapes;
  private final boolean draft;
  private final Deque<RecordType<?>> enclosing = new ArrayDeque<>();
  private Mistakes mistakes = new Mistakes();

  /**
   * @param draft whether what has a mistake stays where it can be made
   */
  Decoding(Map<Class<?>, Shape<?>> shapes, boolean draft) {
    this.shapes = shapes;
    this.draft = draft;
  }

  List<Problem> problems() {
    return mistakes.inOrder();
  }

  public void report(Place place, String path, String message) {
    mistakes.add(place.problem(path, message));
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + '.' + key;
  }

  /**
   * A block that may also be given as {@code true}, for its defaults; {@code false} is no block.
   */
  <T extends Record> Optional<T> block(Tree tree, Class<T> type, String path) {
    return switch (tree) {
      case Tree.Mapping mapping -> record(mapping, type, path);
      case Tree.Scalar scalar ->
          isOn(scalar, path)
              .filter(on -> on)
              .flatMap(_ -> record(Tree.Mapping.empty(scalar.place()), type, path));
      case Tree.Sequence(List<Tree> _, Place place) -> {
        report(place, path, "a block is expected, not a list");
        yield Optional.empty();
      }
    };
  }

  /** Whether a scalar turns a block off, as {@code ping: false}. */
  static boolean isOff(Tree tree) {
    return tree instanceof Tree.Scalar scalar && scalar.text().equalsIgnoreCase("false");
  }

  /** Whether a scalar in place of a block turns it on or off; empty after a report. */
  private Optional<Boolean> isOn(Tree.Scalar scalar, String path) {
    if (scalar.text().equalsIgnoreCase("true") || isOff(scalar)) {
      return Optional.of(!isOff(scalar));
    }
    report(scalar.place(), path, "a block of options is expected, or true, or false");
    return Optional.empty();
  }

  /** A record of a block, or empty after its mistakes were reported. */
  public <T extends Record> Optional<T> record(Tree.Mapping tree, Class<T> type, String path) {
    RecordType<T> known = RecordType.of(type);
    if (known.isFreeForm()) {
      Object[] all = {Trees.withoutPlaces(tree)};
      return construct(known, all, Set.of(), tree.place(), path);
    }
    return record(tree, known, Map.of(), path);
  }

  /**
   * @param parts by the names of options: what was read of the block already, and is not in its
   *     tree
   */
  <T extends Record> Optional<T> record(
      Tree.Mapping tree, RecordType<T> known, Map<String, Object> parts, String path) {
    boolean broken = refuseUnknownKeys(tree, known, path);
    Set<String> doubtful = broken ? absent(tree, known) : new HashSet<>();
    enclosing.push(known);
    Object[] values = new Object[known.options().size()];
    boolean complete = true;
    for (int i = 0; i < values.length; i++) {
      Option option = known.options().get(i);
      Object part = parts.get(option.name());
      Optional<Object> value = part == null ? option(tree, option, path) : Optional.of(part);
      if (value.isEmpty()) {
        broken = true;
        doubtful.add(option.name());
        value = standIn(option, tree.place(), path);
      }
      complete &= value.isPresent();
      values[i] = value.orElse(Optional.empty());
    }
    enclosing.pop();
    if (!complete) {
      return Optional.empty();
    }
    Optional<T> made = construct(known, values, doubtful, tree.place(), path);
    return broken && !known.isSection() && !draft ? Optional.empty() : made;
  }

  /** The options that are not given, any of which may be meant by a key that is not known. */
  private static Set<String> absent(Tree.Mapping tree, RecordType<?> type) {
    return type.options().stream()
        .map(Option::name)
        .filter(name -> tree.entry(name).isEmpty())
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** What an option is without the value that could not be read; its lack is not told again. */
  private Optional<Object> standIn(Option option, Place place, String path) {
    Mistakes told = mistakes;
    mistakes = new Mistakes();
    Optional<Object> value = absent(option, place, path);
    mistakes = told;
    return value;
  }

  /**
   * @param doubtful the options whose values are not those that were meant
   */
  private <T extends Record> Optional<T> construct(
      RecordType<T> type, Object[] values, Set<String> doubtful, Place place, String path) {
    try {
      return Optional.of(type.construct(values));
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      if (doubtful.stream().noneMatch(option -> names(message, option))) {
        report(place, path, message);
      }
      return Optional.empty();
    }
  }

  private static boolean names(String message, String option) {
    return Pattern.compile("\\b" + Pattern.quote(option) + "\\b").matcher(message).find();
  }

  private boolean refuseUnknownKeys(Tree.Mapping tree, RecordType<?> type, String path) {
    var seen = new HashMap<String, String>();
    boolean broken = false;
    for (Map.Entry<String, Tree.Entry> entry : tree.entries().entrySet()) {
      String key = entry.getKey();
      Place place = entry.getValue().keyPlace();
      String before = seen.put(key.toLowerCase(Locale.ROOT), key);
      String refusal = "";
      if (before != null) {
        refusal = "is given twice, also as \"" + before + '"';
      } else if (type.isNotServed(key)) {
        refusal = key + " is not served yet";
      } else if (!type.knows(key)) {
        refusal = "unknown key" + type.suggestion(key, Optional.ofNullable(enclosing.peek()));
      }
      if (!refusal.isEmpty()) {
        report(place, join(path, key), refusal);
        broken = true;
      }
    }
    return broken;
  }

  private Optional<Object> option(Tree.Mapping tree, Option option, String path) {
    Optional<Tree.Entry> entry = tree.entry(option.name());
    if (entry.isEmpty()) {
      return absent(option, tree.place(), path);
    }
    Tree given = entry.get().value();
    String keyPath = join(path, option.name());
    if (option.mayBeEmpty() && given instanceof Tree.Scalar scalar) {
      Optional<Boolean> on = isOn(scalar, keyPath);
      if (on.isEmpty()) {
        return Optional.empty();
      }
      return on.get()
          ? value(Tree.Mapping.empty(scalar.place()), option.type(), keyPath)
          : absent(option, tree.place(), path);
    }
    if (given instanceof Tree.Mapping mapping
        && mapping.entries().isEmpty()
        && needsAnOption(option)) {
      report(entry.get().keyPlace(), keyPath, "stands there without options");
      return Optional.empty();
    }
    return value(given, option.type(), keyPath);
  }

  private boolean needsAnOption(Option option) {
    Class<?> type = option.plainType();
    return !option.mayBeEmpty()
        && isBlock(type)
        && RecordType.of(type.asSubclass(Record.class)).needsAnOption();
  }

  /** Whether values of a type are blocks that are read by the components of a record. */
  boolean isBlock(Class<?> type) {
    return type.isRecord() && type != Secret.class && !isTree(type) && !shapes.containsKey(type);
  }

  boolean isObject(Class<?> type) {
    return isBlock(type) || shapes.containsKey(type);
  }

  private static boolean isTree(Class<?> type) {
    return Tree.class.isAssignableFrom(type);
  }

  private Optional<Object> absent(Option option, Place place, String path) {
    Class<?> type = RecordType.raw(option.type());
    Optional<Object> nothing =
        option.absent().isPresent() ? Optional.empty() : Scalars.nothing(type);
    if (nothing.isPresent()) {
      return nothing;
    }
    String keyPath = join(path, option.name());
    if (option.absent().isPresent()) {
      return value(Tree.Scalar.of(option.absent().get(), place), option.type(), keyPath);
    } else if (type != Secret.class && (type.isRecord() || shapes.containsKey(type))) {
      return value(Tree.Mapping.empty(place), option.type(), keyPath);
    }
    report(place, keyPath, "is required");
    return Optional.empty();
  }

  /** The value of any type, or empty after a report. */
  Optional<Object> value(Tree tree, Type type, String path) {
    Class<?> raw = RecordType.raw(type);
    Shape<?> shape = shapes.get(raw);
    if (shape != null) {
      return shape.decode(tree, path, this).map(value -> value);
    } else if (raw == Optional.class) {
      return value(tree, RecordType.argument(type, 0), path).map(Optional::of);
    } else if (raw == List.class) {
      return list(tree, RecordType.argument(type, 0), path);
    } else if (raw == Map.class) {
      return map(tree, RecordType.argument(type, 1), path);
    } else if (isTree(raw) && raw.isInstance(tree)) {
      return Optional.of(Trees.withoutPlaces(tree));
    } else if (isBlock(raw)) {
      if (tree instanceof Tree.Mapping mapping) {
        return record(mapping, raw.asSubclass(Record.class), path).map(value -> value);
      }
      report(tree.place(), path, "a block is expected");
      return Optional.empty();
    }
    return scalar(tree, raw, path);
  }

  private Optional<Object> scalar(Tree tree, Class<?> type, String path) {
    if (!(tree instanceof Tree.Scalar scalar)) {
      report(tree.place(), path, "a single value is expected");
      return Optional.empty();
    }
    try {
      return Optional.of(Scalars.parse(scalar.text(), type));
    } catch (IllegalArgumentException e) {
      report(scalar.place(), path, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private Optional<Object> list(Tree tree, Type itemType, String path) {
    Optional<List<Tree>> items = items(tree, isBlock(RecordType.raw(itemType)));
    if (items.isEmpty()) {
      report(tree.place(), path, "a list is expected");
      return Optional.empty();
    }
    boolean broken = false;
    var values = new ArrayList<Object>();
    for (int i = 0; i < items.get().size(); i++) {
      Optional<Object> value = value(items.get().get(i), itemType, path + '[' + i + ']');
      value.ifPresent(values::add);
      broken |= value.isEmpty();
    }
    return broken ? Optional.empty() : Optional.of(List.copyOf(values));
  }

  /** The items of a list, of a comma-separated text, or of a block with numbers as keys. */
  private static Optional<List<Tree>> items(Tree tree, boolean ofBlocks) {
    return switch (tree) {
      case Tree.Sequence(List<Tree> items, Place _) -> Optional.of(items);
      case Tree.Scalar scalar when !ofBlocks || scalar.text().isBlank() ->
          Optional.of(
              Arrays.stream(scalar.text().split(","))
                  .map(String::strip)
                  .filter(item -> !item.isEmpty())
                  .<Tree>map(item -> Tree.Scalar.of(item, scalar.place()))
                  .toList());
      case Tree.Mapping mapping
          when !mapping.entries().isEmpty()
              && mapping.entries().keySet().stream().allMatch(key -> key.matches("\\d{1,6}")) ->
          Optional.of(
              mapping.entries().entrySet().stream()
                  .sorted(Comparator.comparingInt(entry -> Integer.parseInt(entry.getKey())))
                  .map(entry -> entry.getValue().value())
                  .toList());
      case Tree.Scalar _, Tree.Mapping _ -> Optional.empty();
    };
  }

  private Optional<Object> map(Tree tree, Type valueType, String path) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      report(tree.place(), path, "a block is expected");
      return Optional.empty();
    }
    boolean ofObjects = isObject(RecordType.raw(valueType));
    boolean broken = false;
    var values = new LinkedHashMap<String, Object>();
    for (Map.Entry<String, Tree.Entry> entry : mapping.entries().entrySet()) {
      Optional<Object> value =
          value(entry.getValue().value(), valueType, join(path, entry.getKey()));
      value.ifPresent(present -> values.put(entry.getKey(), present));
      broken |= value.isEmpty() && !ofObjects;
    }
    return broken ? Optional.empty() : Optional.of(Collections.unmodifiableMap(values));
  }
}
