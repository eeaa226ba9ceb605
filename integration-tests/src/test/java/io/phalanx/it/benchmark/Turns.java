package io.phalanx.it.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contestants by turns (A B C A B C ...), so that what happens to the machine happens to all of
 * them. A slice in which others used the machine too much is measured again, in a further round;
 * twice as many rounds as were asked for are the end.
 *
 * @param slices quiet ones wanted of each
 * @param gateCores cores that others may use before a slice does not count
 */
record Turns(int slices, double gateCores) {
  /** Who takes part. */
  interface Named {
    String name();
  }

  interface Turn<N extends Named, S extends Measured> {
    S measure(int round, N contestant) throws IOException;
  }

  /** All slices of each, in the order they were measured. */
  <N extends Named, S extends Measured> Map<String, List<S>> take(
      List<N> contestants, Turn<N, S> turn) throws IOException {
    Map<String, List<S>> measured = new LinkedHashMap<>();
    contestants.forEach(contestant -> measured.put(contestant.name(), new ArrayList<>()));
    for (int round = 1; round <= 2 * slices && !isEnough(measured); round++) {
      for (N contestant : contestants) {
        measured
            .getOrDefault(contestant.name(), new ArrayList<>())
            .add(turn.measure(round, contestant));
      }
    }
    return measured;
  }

  private <S extends Measured> boolean isEnough(Map<String, List<S>> measured) {
    return measured.values().stream()
        .allMatch(own -> own.stream().filter(slice -> slice.isQuiet(gateCores)).count() >= slices);
  }
}
