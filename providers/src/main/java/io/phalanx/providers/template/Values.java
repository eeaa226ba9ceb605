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

  private Values() {}

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
