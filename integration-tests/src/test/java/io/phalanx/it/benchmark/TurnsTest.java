package io.phalanx.it.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TurnsTest {
  private record Proxy(String name) implements Turns.Named {}

  private record Part(int round, double foreignCores) implements Measured {}

  private static final List<Proxy> PROXIES = List.of(new Proxy("a"), new Proxy("b"));

  @Test
  void eachIsMeasuredInEveryRound() throws IOException {
    var order = new ArrayList<String>();

    new Turns(2, 0.3)
        .take(
            PROXIES,
            (round, proxy) -> {
              order.add(proxy.name() + round);
              return new Part(round, 0);
            });

    assertThat(order).containsExactly("a1", "b1", "a2", "b2");
  }

  @Test
  void aNoisySliceOfOneIsAnotherRoundForAll() throws IOException {
    Map<String, List<Part>> parts =
        new Turns(2, 0.3)
            .take(
                PROXIES,
                (round, proxy) ->
                    new Part(round, round == 1 && proxy.name().equals("b") ? 0.3 : 0.1));

    assertThat(parts.get("a")).hasSize(3);
    assertThat(parts.get("b")).hasSize(3);
  }

  @Test
  void aMachineThatIsNeverQuietIsGivenUp() throws IOException {
    assertThat(new Turns(3, 0.3).take(PROXIES, (round, _) -> new Part(round, 1)).get("a"))
        .hasSize(6);
  }
}
