package io.phalanx.it.acme;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Many names at once, each with a certificate of its own, and a restart of all members. */
final class ManyNames {
  /** As the documentation says. */
  private static final int MOST_AT_ONCE = 4;

  private static final Duration PAUSE = Duration.ofMillis(500);

  private ManyNames() {}

  /**
   * What came of it.
   *
   * @param issued how long it took until the authority had issued all
   * @param restarted how long it took from the end of all members until all served all
   * @param mostAtOnce orders in progress at one time, at most
   * @param wrong what should not be, if anything
   */
  record Result(
      int names, Duration issued, Duration restarted, int mostAtOnce, List<String> wrong) {
    Result {
      wrong = List.copyOf(wrong);
    }

    @Override
    public String toString() {
      return "%d names: issued in %.1f s, %d orders at once at most; all members served all %.1f s after they were ended together"
          .formatted(names, issued.toMillis() / 1e3, mostAtOnce, restarted.toMillis() / 1e3);
    }
  }

  /**
   * @param fleet that has no names yet
   */
  static Result run(ResolverFleet fleet, int count) throws Exception {
    List<String> names = IntStream.range(0, count).mapToObj("many-%03d"::formatted).toList();
    long start = System.nanoTime();
    fleet.want("web", names);
    awaitIssued(fleet, count);
    Duration issued = since(start);
    for (String name : names) {
      fleet.awaitEverywhere(name);
    }
    var wrong = new ArrayList<String>();
    check(fleet, count, wrong);
    int most = fleet.gate().book().mostOpen();
    if (most > MOST_AT_ONCE) {
      wrong.add(most + " orders at once");
    }

    long ended = System.nanoTime();
    fleet.restartAll();
    for (String name : names) {
      fleet.awaitEverywhere(name);
    }
    Duration restarted = since(ended);
    // Whoever runs the resolver now has looked at all of them before this one is there.
    fleet.want("web", List.of("one-more"));
    fleet.awaitEverywhere("one-more");
    check(fleet, count + 1, wrong);
    return new Result(count, issued, restarted, most, wrong);
  }

  private static void awaitIssued(ResolverFleet fleet, int count) throws Exception {
    long before = -1;
    long changed = System.nanoTime();
    long now = fleet.authority().issued();
    while (now < count) {
      if (now != before) {
        before = now;
        changed = System.nanoTime();
      } else if (since(changed).compareTo(ResolverFleet.LIMIT) > 0) {
        throw new AssertionError(now + " are issued and no more come:\n" + fleet.logs());
      }
      TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      now = fleet.authority().issued();
    }
  }

  private static void check(ResolverFleet fleet, int count, List<String> wrong) {
    if (fleet.authority().issued() != count) {
      wrong.add(fleet.authority().issued() + " certificates for " + count + " names");
    }
    if (fleet.gate().book().placed() != count) {
      wrong.add(fleet.gate().book().placed() + " orders for " + count + " names");
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
