package io.phalanx.providers.tree;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A small map in the order in which it was given, immutable, in two arrays: a tree has a block for
 * every object of a configuration, most with two or three keys, and a {@link LinkedHashMap} for
 * each is most of what a hundred thousand routers take while they are read.
 */
final class PackedMap<V> extends AbstractMap<String, V> implements SequencedMap<String, V> {
  /** Larger ones are few, and looking at key after key takes time. */
  private static final int MOST = 8;

  private final String[] keys;
  private final Object[] values;

  private PackedMap(Map<String, V> map) {
    keys = new String[map.size()];
    values = new Object[keys.length];
    int at = 0;
    for (Map.Entry<String, V> entry : map.entrySet()) {
      keys[at] = Objects.requireNonNull(entry.getKey());
      values[at++] = Objects.requireNonNull(entry.getValue());
    }
  }

  /** An immutable copy in the same order. */
  static <V> SequencedMap<String, V> copyOf(SequencedMap<String, V> map) {
    if (map instanceof PackedMap<V> packed) {
      return packed;
    }
    return map.size() > MOST
        ? Collections.unmodifiableSequencedMap(new LinkedHashMap<>(map))
        : new PackedMap<>(map);
  }

  private int find(@Nullable Object key) {
    for (int i = 0; i < keys.length; i++) {
      if (keys[i].equals(key)) {
        return i;
      }
    }
    return -1;
  }

  @SuppressWarnings("unchecked") // Nothing else is put there.
  private V value(int at) {
    return (V) values[at];
  }

  @Override
  public @Nullable V get(@Nullable Object key) {
    int at = find(key);
    return at < 0 ? null : value(at);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return find(key) >= 0;
  }

  @Override
  public int size() {
    return keys.length;
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super V> action) {
    for (int i = 0; i < keys.length; i++) {
      action.accept(keys[i], value(i));
    }
  }

  @Override
  public Set<Entry<String, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return keys.length;
      }

      @Override
      public Iterator<Entry<String, V>> iterator() {
        return new Entries();
      }
    };
  }

  private final class Entries implements Iterator<Entry<String, V>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < keys.length;
    }

    @Override
    public Entry<String, V> next() {
      if (next == keys.length) {
        throw new NoSuchElementException();
      }
      return Map.entry(keys[next], value(next++));
    }
  }

  @Override
  public SequencedMap<String, V> reversed() {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(this).reversed());
  }
}
