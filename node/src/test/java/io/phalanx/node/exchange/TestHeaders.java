package io.phalanx.node.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Header lines in a list, with the bounds on values that every {@link Headers} has. */
public final class TestHeaders implements Headers {
  private record Line(HeaderName name, String value) {}

  private final List<Line> lines = new ArrayList<>();

  /** Lines given as name, value, name, value. */
  public static TestHeaders of(String... namesAndValues) {
    var headers = new TestHeaders();
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
    if (value.chars().anyMatch(c -> c == '\r' || c == '\n' || c == 0 || c > 0xff)) {
      throw new IllegalArgumentException("not a header value");
    }
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

  /** {@code name: value} of each line, names in lower case, sorted. */
  public List<String> text() {
    return lines.stream()
        .map(line -> line.name().lowerCase() + ": " + line.value())
        .sorted()
        .toList();
  }
}
