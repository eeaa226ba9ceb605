package io.phalanx.it.hotkey;

import io.phalanx.it.harness.Medians;
import io.phalanx.it.hotkey.MemberMain.Side;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * What two members need for a decision while the third, which keeps the bucket, is stopped with
 * SIGSTOP: for less long than it takes until a silent member is out of the fleet.
 */
final class StoppedOwner {
  private static final Duration STOPPED = Duration.ofSeconds(3);
  private static final Duration LEAD = Duration.ofSeconds(1);
  private static final Duration RECOVERY = Duration.ofSeconds(3);
  private static final int PER_SECOND = 3_000;

  private final Members members;
  private final Map<Kind, List<Sample[]>> samples = new LinkedHashMap<>();
  private int keys;

  /** What the limit lets the load do. */
  private enum Kind {
    ADMITTED(30_000, 30_000),
    SATURATED(1_000, 1_000);

    private final long burst;
    private final long tokens;

    Kind(long burst, long tokens) {
      this.burst = burst;
      this.tokens = tokens;
    }
  }

  StoppedOwner(Members members) {
    this.members = members;
  }

  void run(int rounds) throws IOException, InterruptedException {
    for (int round = 0; round < rounds; round++) {
      for (Kind kind : Kind.values()) {
        samples
            .computeIfAbsent(kind, _ -> new ArrayList<>())
            .add(round(kind, round % Members.COUNT));
      }
    }
  }

  /** Before it is stopped, while it is, and afterwards. */
  private Sample[] round(Kind kind, int owner) throws IOException, InterruptedException {
    String key = keyOf(kind, owner);
    var task = new Members.Task(Side.PHALANX, key, kind.burst, kind.tokens, PER_SECOND);
    List<Integer> others =
        IntStream.range(0, Members.COUNT).filter(i -> i != owner).boxed().toList();
    members.begin(task, LEAD, STOPPED, others);
    Sample before = members.end(others);
    Member stopped = members.get(owner);
    members.begin(task, LEAD, STOPPED, others);
    Sample meanwhile;
    TimeUnit.MILLISECONDS.sleep(LEAD.toMillis());
    stopped.freeze();
    try {
      meanwhile = members.end(others);
    } finally {
      stopped.goOn();
    }
    TimeUnit.MILLISECONDS.sleep(RECOVERY.toMillis());
    members.begin(task, LEAD, STOPPED, others);
    return new Sample[] {before, meanwhile, members.end(others)};
  }

  private String keyOf(Kind kind, int owner) throws IOException {
    String key;
    do {
      key = "stopped-" + keys++;
    } while (members.owner(key, kind.burst, kind.tokens) != owner);
    return key;
  }

  private static final List<String> PHASES = List.of("before", "stopped", "afterwards");

  String table() {
    var text = new StringBuilder();
    text.append(
        "%-10s %-11s %9s %9s %10s %10s %11s%n"
            .formatted("", "owner", "p50 µs", "p99 µs", "max µs", "unanswered", "decisions/s"));
    samples.forEach(
        (kind, rounds) -> {
          for (int i = 0; i < PHASES.size(); i++) {
            int phase = i;
            text.append(
                "%-10s %-11s %9.1f %9.1f %10.0f %10d %11.0f%n"
                    .formatted(
                        kind.name().toLowerCase(Locale.ROOT),
                        PHASES.get(phase),
                        micros(rounds, phase, 0.5),
                        micros(rounds, phase, 0.99),
                        micros(rounds, phase, 1),
                        unanswered(rounds, phase),
                        Medians.of(
                            rounds.stream()
                                .mapToDouble(
                                    round -> round[phase].decisions() / round[phase].seconds())
                                .toArray())));
          }
        });
    text.append(
        "Medians of the rounds (unanswered: of all of them together); two members, %d decisions a second together, for %d s each.%n"
            .formatted(PER_SECOND, STOPPED.toSeconds()));
    return text.toString();
  }

  Map<String, Object> figures() {
    var all = new LinkedHashMap<String, Object>();
    samples.forEach(
        (kind, rounds) -> {
          var one = new LinkedHashMap<String, Object>();
          for (int phase = 0; phase < PHASES.size(); phase++) {
            one.put(
                PHASES.get(phase),
                Map.of(
                    "p50Micros", micros(rounds, phase, 0.5),
                    "p99Micros", micros(rounds, phase, 0.99),
                    "maxMicros", micros(rounds, phase, 1),
                    "unanswered", unanswered(rounds, phase)));
          }
          all.put(kind.name().toLowerCase(Locale.ROOT), one);
        });
    return all;
  }

  private static double micros(List<Sample[]> rounds, int phase, double part) {
    return Medians.of(
        rounds.stream().mapToDouble(round -> round[phase].latencies().micros(part)).toArray());
  }

  private static long unanswered(List<Sample[]> rounds, int phase) {
    return rounds.stream().mapToLong(round -> round[phase].unanswered()).sum();
  }
}
