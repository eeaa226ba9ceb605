package io.phalanx.it.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Something that happens to a fleet of three, and is over after a while. */
sealed interface Fault {
  /** From the start of the run. */
  Duration after();

  Duration during();

  /** SIGKILL; started again when it is over. */
  record Kill(Duration after, Duration during, int member) implements Fault {}

  record Freeze(Duration after, Duration during, int member) implements Fault {}

  /** Between one member and all others. */
  record Isolation(Duration after, Duration during, int member) implements Fault {}

  /** Between two of the members. */
  record Cut(Duration after, Duration during, int one, int other, Kind kind) implements Fault {
    /** As {@link io.phalanx.it.harness.CuttingRelay} can. */
    enum Kind {
      SILENT,
      ONE_WAY,
      CLOSED
    }
  }

  /** Long enough for a member to be thrown out, and to be let in again. */
  int LONGEST_MILLIS = 12_000;

  int SHORTEST_MILLIS = 200;
  int LONGEST_PAUSE_MILLIS = 5_000;

  /**
   * Faults one after the other, or at the same time at different members.
   *
   * @param until when the last is over
   */
  static List<Fault> random(RandomGenerator random, int members, Duration until) {
    var faults = new ArrayList<Fault>();
    long[] busyUntil = new long[members];
    long now = random.nextInt(LONGEST_PAUSE_MILLIS);
    while (now < until.toMillis() - SHORTEST_MILLIS) {
      // Half of them are short: they end before anybody is thrown out.
      int longest = random.nextBoolean() ? LONGEST_MILLIS : LONGEST_MILLIS / 4;
      long end = Math.min(now + random.nextInt(SHORTEST_MILLIS, longest), until.toMillis());
      int member = random.nextInt(members);
      if (busyUntil[member] <= now) {
        busyUntil[member] = end;
        int other = (member + random.nextInt(1, members)) % members;
        faults.add(
            one(random, Duration.ofMillis(now), Duration.ofMillis(end - now), member, other));
      }
      now += random.nextInt(LONGEST_PAUSE_MILLIS);
    }
    faults.sort(Comparator.comparing(Fault::after));
    return List.copyOf(faults);
  }

  private static Fault one(
      RandomGenerator random, Duration after, Duration during, int member, int other) {
    return switch (random.nextInt(6)) {
      case 0 -> new Kill(after, during, member);
      case 1, 2 -> new Freeze(after, during, member);
      case 3 -> new Isolation(after, during, member);
      default -> {
        Cut.Kind[] kinds = Cut.Kind.values();
        yield new Cut(after, during, member, other, kinds[random.nextInt(kinds.length)]);
      }
    };
  }
}
