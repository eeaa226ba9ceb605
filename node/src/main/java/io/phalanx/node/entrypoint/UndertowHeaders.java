package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.HttpString;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Headers as a view of Undertow's, without a copy. */
final class UndertowHeaders implements Headers {
  /**
   * Names that came from servers are kept too, so the number is bounded; beyond it names are made
   * anew.
   */
  private static final int MAX_NAMES = 10_000;

  private static final Map<HeaderName, HttpString> NAMES = new ConcurrentHashMap<>();

  private final HeaderMap map;

  UndertowHeaders(HeaderMap map) {
    this.map = map;
  }

  static HttpString name(HeaderName name) {
    HttpString known = NAMES.get(name);
    if (known != null) {
      return known;
    }
    HttpString made = HttpString.tryFromString(name.toString());
    if (NAMES.size() < MAX_NAMES) {
      NAMES.put(name, made);
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
