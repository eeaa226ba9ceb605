package io.phalanx.it.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What was wanted against what was got. */
final class Comparison {
  /** Stands for YAML's and JSON's null. */
  static final String NULL = "<null>";

  static final String ABSENT = "<absent>";
  private static final int SHOWN = 600;

  private final List<String> differences = new ArrayList<>();

  private Comparison() {}

  /** All differences, each with its place; none if it is the same. */
  static List<String> differences(Object want, Object got) {
    return differences("", want, got);
  }

  /**
   * @param place goes in front of each difference
   */
  static List<String> differences(String place, Object want, Object got) {
    var comparison = new Comparison();
    comparison.compare(normal(want), normal(got), place);
    return List.copyOf(comparison.differences);
  }

  /** Whole numbers are the same whatever type they have. */
  static Object normal(Object value) {
    return switch (value) {
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      case Map<?, ?> map -> {
        var normal = new LinkedHashMap<String, Object>();
        map.forEach(
            (key, item) -> normal.put(String.valueOf(key), item == null ? NULL : normal(item)));
        yield normal;
      }
      case List<?> list -> list.stream().map(item -> item == null ? NULL : normal(item)).toList();
      default -> value;
    };
  }

  private void compare(Object want, Object got, String path) {
    boolean headers = path.endsWith("headers");
    if (want instanceof Map<?, ?> a && got instanceof Map<?, ?> b) {
      var keys = new TreeSet<String>();
      a.keySet().forEach(key -> keys.add(String.valueOf(key)));
      b.keySet().forEach(key -> keys.add(String.valueOf(key)));
      for (String key : keys) {
        compare(entry(a, key), entry(b, key), path + "." + key);
      }
    } else if (want instanceof List<?> a && got instanceof List<?> b && headers) {
      report(path + ": missing", a.stream().filter(line -> !b.contains(line)).toList());
      report(path + ": extra", b.stream().filter(line -> !a.contains(line)).toList());
    } else if (want instanceof List<?> a && got instanceof List<?> b && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        compare(a.get(i), b.get(i), path + "[" + i + "]");
      }
    } else if (!want.equals(got)) {
      add(path + ": want " + want + " got " + got);
    }
  }

  private static Object entry(Map<?, ?> map, String key) {
    Object value = map.get(key);
    return value == null ? ABSENT : value;
  }

  private void report(String what, List<?> lines) {
    if (!lines.isEmpty()) {
      add(what + " " + lines);
    }
  }

  private void add(String difference) {
    differences.add(
        difference.length() > SHOWN ? difference.substring(0, SHOWN) + "..." : difference);
  }
}
