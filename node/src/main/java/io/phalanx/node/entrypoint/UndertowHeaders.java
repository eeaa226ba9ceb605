package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Headers as a view of Undertow's, without a copy. */
final class UndertowHeaders implements Headers {
  private static final int SIZE = 1024;

  /**
   * Undertow's names by ours. Strangers' names are in it too, and can only push others out. Used by
   * all threads without a lock: entries never change.
   */
  private static final @Nullable Known[] NAMES = new @Nullable Known[SIZE];

  private record Known(HeaderName name, HttpString undertows) {}

  private final HeaderMap map;

  UndertowHeaders(HeaderMap map) {
    this.map = map;
  }

  static HttpString name(HeaderName name) {
    int hash = name.hashCode();
    int slot = (hash ^ (hash >>> 16)) & (SIZE - 1);
    Known known = NAMES[slot];
    if (known != null && known.name.equals(name)) {
      return known.undertows;
    }
    HttpString made = HttpString.tryFromString(name.toString());
    if (name.toString().length() <= HeaderName.LONGEST_KEPT) {
      NAMES[slot] = new Known(name, made);
    }
    return made;
  }

  @Override
  public Optional<String> first(HeaderName name) {
    @Nullable String value = map.getFirst(name(name));
    return Optional.ofNullable(value);
  }

  @Override
  public List<String> all(HeaderName name) {
    @Nullable HeaderValues values = map.get(name(name));
    return values == null ? List.of() : List.copyOf(values);
  }

  @Override
  public boolean contains(HeaderName name) {
    return map.contains(name(name));
  }

  @Override
  public void set(HeaderName name, String value) {
    map.put(name(name), Headers.checked(value));
  }

  @Override
  public void add(HeaderName name, String value) {
    map.add(name(name), Headers.checked(value));
  }

  @Override
  public void remove(HeaderName name) {
    map.remove(name(name));
  }

  @Override
  public void clear() {
    map.clear();
  }

  @Override
  public void forEach(BiConsumer<String, String> line) {
    long cookie = map.fastIterateNonEmpty();
    while (cookie != -1L) {
      HeaderValues values = map.fiCurrent(cookie);
      String name = values.getHeaderName().toString();
      for (int i = 0; i < values.size(); i++) {
        line.accept(name, values.get(i));
      }
      cookie = map.fiNextNonEmpty(cookie);
    }
  }
}
