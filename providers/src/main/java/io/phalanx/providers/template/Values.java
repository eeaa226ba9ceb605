package io.phalanx.providers.template;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What values are in templates: text, whole and broken numbers, truth, lists, maps, and nothing.
 */
final class Values {
  /** Go's nil. */
  static final Object NOTHING =
      new Object() {
        @Override
        public String toString() {
          return "<no value>";
        }
      };

  /** Characters and items of what a function takes, and of what it gives. */
  static final int MAX_WEIGHT = 1 << 20;

  private static final int MAX_NESTING = 100;

  private Values() {}

  /**
   * Characters and items of a value, counted as often as it refers to them; more than {@link
   * #MAX_WEIGHT} if they are more, or nested too deeply.
   */
  static int weight(Object value) {
    return MAX_WEIGHT - rest(value, MAX_WEIGHT, MAX_NESTING);
  }

  /** What a value leaves of a weight; negative if it is too heavy. */
  private static int rest(Object value, int weight, int nesting) {
    if (nesting < 0) {
      return -1;
    }
    int rest = weight - 1;
    switch (value) {
      case String text -> rest -= text.length();
      case Collection<?> items -> {
        for (Object item : items) {
          rest = rest < 0 ? rest : rest(item, rest, nesting - 1);
        }
      }
      case Map<?, ?> entries -> {
        for (Map.Entry<?, ?> entry : entries.entrySet()) {
          rest = rest < 0 ? rest : rest(entry.getKey(), rest, nesting - 1);
          rest = rest < 0 ? rest : rest(entry.getValue(), rest, nesting - 1);
        }
      }
      default -> {}
    }
    return rest;
  }

  static void requireLength(long length) {
    if (length > MAX_WEIGHT) {
      throw new IllegalArgumentException("gives at most " + MAX_WEIGHT + " characters");
    }
  }

  /** Go's notion of truth: not zero, not empty, not nothing. */
  static boolean isTrue(Object value) {
    return switch (value) {
      case Boolean truth -> truth;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case Collection<?> items -> !items.isEmpty();
      case Map<?, ?> entries -> !entries.isEmpty();
      default -> value != NOTHING;
    };
  }

  /** As Go prints it. */
  static String print(Object value) {
    return switch (value) {
      case Collection<?> items ->
          items.stream().map(Values::print).collect(Collectors.joining(" ", "[", "]"));
      case Map<?, ?> entries ->
          new TreeMap<Object, Object>(entries)
              .entrySet().stream()
                  .map(entry -> entry.getKey() + ":" + print(entry.getValue()))
                  .collect(Collectors.joining(" ", "map[", "]"));
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          String.valueOf(number.longValue());
      default -> value.toString();
    };
  }

  /** The value at a path of map keys; nothing where a key is missing. */
  static Object at(Object value, List<String> path) {
    Object found = value;
    for (String key : path) {
      Object next = found instanceof Map<?, ?> entries ? entries.get(key) : null;
      if (next == null) {
        return NOTHING;
      }
      found = next;
    }
    return found;
  }

  static long whole(Object value) {
    return switch (value) {
      case Long number -> number;
      case Double number -> number.longValue();
      case Boolean truth -> truth ? 1 : 0;
      case String text -> wholeOrZero(text);
      default -> 0;
    };
  }

  private static long wholeOrZero(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
