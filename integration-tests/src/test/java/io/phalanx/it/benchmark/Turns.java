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
 */
record Turns(Measurement measurement) {
  interface Turn<S extends Measured> {
    S measure(int round, Contestant contestant) throws IOException;
  }

  /** All slices of each, in the order they were measured. */
  <S extends Measured> Map<String, List<S>> take(List<Contestant> contestants, Turn<S> turn)
      throws IOException {
    Map<String, List<S>> slices = new LinkedHashMap<>();
    contestants.forEach(contestant -> slices.put(contestant.name(), new ArrayList<>()));
    for (int round = 1; round <= 2 * measurement.slices() && !isEnough(slices); round++) {
      for (Contestant contestant : contestants) {
        slices
            .getOrDefault(contestant.name(), new ArrayList<>())
            .add(turn.measure(round, contestant));
      }
    }
    return slices;
  }

  private <S extends Measured> boolean isEnough(Map<String, List<S>> slices) {
    return slices.values().stream()
        .allMatch(
            own ->
                own.stream().filter(slice -> slice.isQuiet(measurement.gateCores())).count()
                    >= measurement.slices());
  }
}
