package io.phalanx.providers.template;

import static io.phalanx.providers.template.Functions.function;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Lists and maps. */
final class CollectionFunctions {
  private static final int MAX_COUNT = 100_000;

  static final Map<String, Functions.Entry> ALL =
      Map.ofEntries(
          function("index", 1, -1, CollectionFunctions::index),
          function("len", 1, 1, values -> length(values.getFirst())),
          function("list", 0, -1, values -> List.copyOf(values)),
          function("dict", 0, -1, CollectionFunctions::dictionary),
          function("get", 2, 2, values -> map(values.get(0)).getOrDefault(values.get(1), "")),
          function("hasKey", 2, 2, values -> map(values.get(0)).containsKey(values.get(1))),
          function(
              "keys", 1, 1, values -> map(values.getFirst()).keySet().stream().sorted().toList()),
          function("has", 2, 2, values -> list(values.get(1)).contains(values.get(0))),
          function(
              "first",
              1,
              1,
              values ->
                  list(values.getFirst()).isEmpty()
                      ? Values.NOTHING
                      : list(values.getFirst()).getFirst()),
          function(
              "last",
              1,
              1,
              values ->
                  list(values.getFirst()).isEmpty()
                      ? Values.NOTHING
                      : list(values.getFirst()).getLast()),
          function("rest", 1, 1, values -> list(values.getFirst()).stream().skip(1).toList()),
          function("append", 2, 2, CollectionFunctions::append),
          function("uniq", 1, 1, values -> list(values.getFirst()).stream().distinct().toList()),
          function(
              "sortAlpha",
              1,
              1,
              values -> list(values.getFirst()).stream().map(Values::print).sorted().toList()),
          function("until", 1, 1, values -> until(Values.whole(values.getFirst()))));

  private CollectionFunctions() {}

  static List<Object> list(Object value) {
    if (value instanceof Collection<?> items) {
      return List.copyOf(items);
    }
    throw new IllegalArgumentException("takes a list, not " + Values.print(value));
  }

  private static Map<Object, Object> map(Object value) {
    if (value instanceof Map<?, ?> entries) {
      return Map.copyOf(entries);
    }
    throw new IllegalArgumentException("takes a map, not " + Values.print(value));
  }

  private static long length(Object value) {
    return switch (value) {
      case String text -> text.length();
      case Collection<?> items -> items.size();
      case Map<?, ?> entries -> entries.size();
      default -> throw new IllegalArgumentException("takes text, a list or a map");
    };
  }

  private static Object index(List<Object> values) {
    Object found = values.getFirst();
    for (Object key : values.subList(1, values.size())) {
      found = item(found, key);
    }
    return found;
  }

  /**
   * As in Go, a key that a map does not have gives empty text; a position that a list does not have
   * is a mistake.
   */
  private static Object item(Object of, Object key) {
    return switch (of) {
      case Map<?, ?> entries -> map(entries).getOrDefault(key, "");
      case Collection<?> items -> list(items).get(Math.toIntExact(Values.whole(key)));
      default -> throw new IllegalArgumentException("takes a list or a map");
    };
  }

  private static Object dictionary(List<Object> values) {
    var entries = new LinkedHashMap<String, Object>();
    for (int i = 0; i < values.size(); i += 2) {
      entries.put(Values.print(values.get(i)), i + 1 < values.size() ? values.get(i + 1) : "");
    }
    return entries;
  }

  private static Object append(List<Object> values) {
    var items = new ArrayList<>(list(values.get(0)));
    items.add(values.get(1));
    return List.copyOf(items);
  }

  private static Object until(long count) {
    if (count > MAX_COUNT) {
      throw new IllegalArgumentException("counts to " + MAX_COUNT + " at most");
    }
    return LongStream.range(0, count).boxed().toList();
  }
}
