package io.phalanx.providers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedMapTest {
  private static SequencedMap<String, Integer> keys(int count) {
    var map = new LinkedHashMap<String, Integer>();
    for (int i = count; i > 0; i--) {
      map.put("k" + i, i);
    }
    return map;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 9, 100})
  void isTheMapThatItIsACopyOf(int count) {
    SequencedMap<String, Integer> given = keys(count);

    SequencedMap<String, Integer> packed = PackedMap.copyOf(given);

    assertThat(packed).isEqualTo(given).hasSameHashCodeAs(given).hasSize(count);
    assertThat(List.copyOf(packed.keySet())).isEqualTo(List.copyOf(given.keySet()));
    assertThat(List.copyOf(packed.reversed().keySet()))
        .isEqualTo(List.copyOf(given.keySet()).reversed());
    assertThat(packed.containsKey("k0")).isFalse();
    assertThat(packed.get("k0")).isNull();
    given.forEach(
        (key, value) -> assertThat(packed.get(String.valueOf(key.toCharArray()))).isEqualTo(value));
    var seen = new LinkedHashMap<String, Integer>();
    packed.forEach(seen::put);
    assertThat(seen).isEqualTo(given);
    assertThat(PackedMap.copyOf(packed)).isEqualTo(packed);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 9})
  void doesNotChange(int count) {
    SequencedMap<String, Integer> given = keys(count);
    SequencedMap<String, Integer> packed = PackedMap.copyOf(given);

    given.put("later", 1);

    assertThat(packed).hasSize(count).doesNotContainKey("later");
    assertThatThrownBy(() -> packed.put("later", 1))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> packed.reversed().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    var entries = packed.entrySet().iterator();
    for (int i = 0; i < count; i++) {
      entries.next();
    }
    assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
  }
}
