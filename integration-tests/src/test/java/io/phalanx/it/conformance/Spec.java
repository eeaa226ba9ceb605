package io.phalanx.it.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A mapping of a case's YAML, read with the types that the place calls for. */
record Spec(Map<String, Object> entries) {
  static final Spec EMPTY = new Spec(Map.of());

  static Spec of(Object value) {
    var entries = new LinkedHashMap<String, Object>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, entry) -> entries.put(String.valueOf(key), entry == null ? "" : entry));
    }
    return new Spec(entries);
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  Optional<Object> value(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  Optional<String> text(String key) {
    return value(key).map(String::valueOf);
  }

  String text(String key, String otherwise) {
    return text(key).orElse(otherwise);
  }

  int number(String key, int otherwise) {
    return value(key).map(value -> ((Number) value).intValue()).orElse(otherwise);
  }

  /** Seconds, as milliseconds. */
  long millis(String key, double otherwise) {
    double seconds = value(key).map(value -> ((Number) value).doubleValue()).orElse(otherwise);
    return Math.round(seconds * 1000);
  }

  boolean flag(String key) {
    return value(key).map(value -> !value.equals(false) && !value.equals("")).orElse(false);
  }

  Spec spec(String key) {
    return value(key).map(Spec::of).orElse(EMPTY);
  }

  List<Object> list(String key) {
    return value(key).map(Spec::items).orElse(List.of());
  }

  List<String> texts(String key) {
    return list(key).stream().map(String::valueOf).toList();
  }

  List<Spec> specs(String key) {
    return list(key).stream().map(Spec::of).toList();
  }

  /** Pairs, such as header lines. */
  List<List<String>> pairs(String key) {
    return list(key).stream()
        .map(pair -> items(pair).stream().map(String::valueOf).toList())
        .toList();
  }

  private static List<Object> items(Object value) {
    return value instanceof List<?> list ? new ArrayList<>(list) : List.of();
  }

  /** {@code over} on top of {@code under}, mapping by mapping. */
  static Object merged(Object under, Object over) {
    if (!(under instanceof Map<?, ?> a) || !(over instanceof Map<?, ?> b)) {
      return over;
    }
    var merged = new LinkedHashMap<Object, Object>(a);
    b.forEach(
        (key, value) ->
            merged.put(key, merged.containsKey(key) ? merged(merged.get(key), value) : value));
    return merged;
  }
}
