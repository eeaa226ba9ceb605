package io.phalanx.node.forwarding;

import io.phalanx.node.exchange.HeaderName;
import io.phalanx.node.exchange.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header lines in a list. Checks no values, so that tests can put anything in. */
final class ListedHeaders implements Headers {
  private record Line(HeaderName name, String value) {}

  private final List<Line> lines = new ArrayList<>();

  static ListedHeaders of(String... namesAndValues) {
    var headers = new ListedHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(HeaderName.of(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return headers;
  }

  @Override
  public Optional<String> first(HeaderName name) {
    return all(name).stream().findFirst();
  }

  @Override
  public List<String> all(HeaderName name) {
    return lines.stream().filter(line -> line.name().equals(name)).map(Line::value).toList();
  }

  @Override
  public boolean contains(HeaderName name) {
    return !all(name).isEmpty();
  }

  @Override
  public void set(HeaderName name, String value) {
    remove(name);
    add(name, value);
  }

  @Override
  public void add(HeaderName name, String value) {
    lines.add(new Line(name, value));
  }

  @Override
  public void remove(HeaderName name) {
    lines.removeIf(line -> line.name().equals(name));
  }

  @Override
  public void clear() {
    lines.clear();
  }

  @Override
  public void forEach(BiConsumer<String, String> line) {
    lines.forEach(each -> line.accept(each.name().toString(), each.value()));
  }

  /** One line each, as {@code Name: value}. */
  List<String> text() {
    return lines.stream().map(line -> line.name() + ": " + line.value()).toList();
  }
}
