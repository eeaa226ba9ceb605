package io.phalanx.node.exchange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The lines of a head in their order. There are few, so that looking at each is quick. */
public final class HeaderLines implements Headers {
  private static final int FIRST_SIZE = 16;

  private HeaderName[] names = new HeaderName[FIRST_SIZE];
  private String[] values = new String[FIRST_SIZE];
  private int count;

  /** A copy of {@code headers}, which may belong to another exchange from now on. */
  public static HeaderLines copyOf(Headers headers) {
    var copy = new HeaderLines();
    headers.forEach((name, value) -> copy.append(HeaderName.of(name), value));
    return copy;
  }

  private int next(HeaderName name, int from) {
    for (int i = from; i < count; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public Optional<String> first(HeaderName name) {
    int at = next(name, 0);
    return at < 0 ? Optional.empty() : Optional.of(values[at]);
  }

  @Override
  public List<String> all(HeaderName name) {
    var all = new ArrayList<String>(2);
    for (int at = next(name, 0); at >= 0; at = next(name, at + 1)) {
      all.add(values[at]);
    }
    return List.copyOf(all);
  }

  @Override
  public boolean contains(HeaderName name) {
    return next(name, 0) >= 0;
  }

  @Override
  public void set(HeaderName name, String value) {
    String checked = Headers.checked(value);
    int at = next(name, 0);
    if (at < 0) {
      append(name, checked);
    } else {
      names[at] = name;
      values[at] = checked;
      removeFrom(name, at + 1);
    }
  }

  @Override
  public void add(HeaderName name, String value) {
    append(name, Headers.checked(value));
  }

  private void append(HeaderName name, String value) {
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    names[count] = name;
    values[count++] = value;
  }

  @Override
  public void remove(HeaderName name) {
    removeFrom(name, 0);
  }

  private void removeFrom(HeaderName name, int from) {
    int at = next(name, from);
    if (at < 0) {
      return;
    }
    int kept = at;
    for (int i = at + 1; i < count; i++) {
      if (!names[i].equals(name)) {
        names[kept] = names[i];
        values[kept++] = values[i];
      }
    }
    count = kept;
  }

  @Override
  public void clear() {
    count = 0;
  }

  /**
   * Puts the lines into the order of their names, as Traefik sends them; lines with the same name
   * stay as they are to each other.
   */
  public void sort() {
    for (int i = 1; i < count; i++) {
      HeaderName name = names[i];
      String value = values[i];
      int at = i;
      while (at > 0 && names[at - 1].compareTo(name) > 0) {
        names[at] = names[at - 1];
        values[at] = values[at - 1];
        at--;
      }
      names[at] = name;
      values[at] = value;
    }
  }

  @Override
  public void forEach(BiConsumer<String, String> line) {
    for (int i = 0; i < count; i++) {
      line.accept(names[i].toString(), values[i]);
    }
  }
}
