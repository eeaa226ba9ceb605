package io.phalanx.node.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousTest {
  private static Rendezvous.Entry<String> entry(String name, int weight) {
    return new Rendezvous.Entry<>(name, name, weight);
  }

  private static Map<String, String> picks(List<Rendezvous.Entry<String>> entries) {
    var rendezvous = new Rendezvous<>(entries);
    var picks = new HashMap<String, String>();
    IntStream.range(0, 10_000)
        .mapToObj(i -> "10.0." + i / 256 + '.' + i % 256)
        .forEach(key -> picks.put(key, rendezvous.pick(key).orElse("")));
    return picks;
  }

  @Test
  void sharesKeysByWeight() {
    var counts = new HashMap<String, Integer>();
    picks(List.of(entry("one", 1), entry("two", 2), entry("three", 1), entry("none", 0)))
        .values()
        .forEach(name -> counts.merge(name, 1, Integer::sum));

    assertThat(counts).containsOnlyKeys("one", "two", "three");
    assertThat(counts.get("two")).isBetween(4_500, 5_500);
    assertThat(counts.get("one")).isBetween(2_000, 3_000);
  }

  @Test
  void onlyKeysOfWhatIsGoneMove() {
    Map<String, String> before = picks(List.of(entry("one", 1), entry("two", 1), entry("six", 1)));
    Map<String, String> after = picks(List.of(entry("six", 1), entry("one", 1)));

    before.forEach(
        (key, name) -> {
          if (!name.equals("two")) {
            assertThat(after).containsEntry(key, name);
          }
        });
  }

  @Test
  void picksNothingOutOfNothing() {
    assertThat(new Rendezvous<String>(List.of()).pick("192.0.2.1")).isEmpty();
  }
}
