package io.phalanx.it.fleet;

import io.phalanx.cluster.budget.Limit;
import io.phalanx.cluster.key.FleetKey;
import io.phalanx.it.harness.CuttingRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs in which three members, processes of their own, take all they get of one budget, while
 * members die and come back, hang, and are cut off from each other, as a seed says. What all were
 * admitted is checked against the limit afterwards. Started by {@code integration-tests/faults}.
 */
public final class BudgetFaults {
  private static final int MEMBERS = 3;
  private static final Limit LIMIT = new Limit(100, 200, Duration.ofSeconds(1));
  private static final Duration FAULTS = Duration.ofSeconds(30);

  /** After all are together again everything is admitted once more within so long. */
  private static final Duration RECOVERY = Duration.ofSeconds(4);

  private static final Duration CALM = Duration.ofSeconds(3);

  /** What may be missing then: what members have in advance, and what the measure itself costs. */
  private static final double MOST_MISSING = 0.05 * LIMIT.burst() + 0.1 * gained(CALM);

  private static final Duration HEALING = Duration.ofSeconds(90);

  private final long seed;
  private final List<TakingProcess> members = new ArrayList<>();
  private final CuttingRelay relay;

  private BudgetFaults(long seed, CuttingRelay relay) {
    this.seed = seed;
    this.relay = relay;
  }

  /**
   * What came of one run.
   *
   * @param begun when the faults began
   * @param healed how long it took from the end of the last fault until all members saw all
   * @param missing how many could have been admitted in the calm at the end and were not
   */
  record Result(
      long seed, long begun, List<Fault> faults, Account account, Duration healed, double missing) {
    boolean isGood() {
      return account.keepsTheLimit() && healed.compareTo(HEALING) < 0 && missing <= MOST_MISSING;
    }

    @Override
    public String toString() {
      return "seed %d: %d faults, %s, together again after %.1f s, %.0f of %.0f missing then"
              .formatted(
                  seed,
                  faults.size(),
                  account,
                  healed.toMillis() / 1e3,
                  Math.max(0, missing),
                  gained(CALM))
          + (account.keepsTheLimit()
              ? ""
              : ", too many from %.3f s".formatted((account.when() - begun) / 1e9));
    }
  }

  /**
   * @param directory for this run alone
   */
  static Result run(long seed, Path directory) throws Exception {
    return run(seed, Fault.random(new Random(seed), MEMBERS, FAULTS), directory);
  }

  static Result run(long seed, List<Fault> faults, Path directory) throws Exception {
    try (CuttingRelay relay = CuttingRelay.between(MEMBERS)) {
      var run = new BudgetFaults(seed, relay);
      try {
        return run.run(faults, directory);
      } finally {
        run.members.forEach(TakingProcess::close);
      }
    }
  }

  /**
   * @param args how many runs, and the seed of the first; the others have those that follow
   */
  public static void main(String[] args) throws Exception {
    int runs = Integer.parseInt(args[0]);
    long first = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime() & 0xffff;
    int bad = 0;
    for (long seed = first; seed < first + runs; seed++) {
      Path directory = Files.createTempDirectory("faults");
      Result result = run(seed, directory);
      System.out.println(result);
      if (result.isGood()) {
        delete(directory);
      } else {
        bad++;
        result.faults().forEach(fault -> System.out.println("  " + fault));
        System.out.println("  logs: " + directory);
      }
    }
    System.out.printf("%d of %d runs are good%n", runs - bad, runs);
    System.exit(bad == 0 ? 0 : 1);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private Result run(List<Fault> faults, Path directory) throws Exception {
    FleetKey key = FleetKey.generate();
    for (int member = 0; member < MEMBERS; member++) {
      members.add(
          TakingProcess.start(
              member, MEMBERS, relay, key, LIMIT, directory.resolve("member-" + member)));
    }
    long begun = System.nanoTime();
    suffer(faults, begun);
    Duration healed = awaitAll();
    TimeUnit.NANOSECONDS.sleep(RECOVERY.toNanos());
    long calm = System.nanoTime();
    TimeUnit.NANOSECONDS.sleep(CALM.toNanos());
    for (TakingProcess member : members) {
      member.kill();
    }
    long end = System.nanoTime();
    var admissions = new ArrayList<Admission>();
    for (TakingProcess member : members) {
      admissions.addAll(member.admissions());
    }
    long admitted = admissions.stream().filter(one -> one.asked() - calm >= 0).count();
    return new Result(
        seed,
        begun,
        faults,
        Account.of(admissions, LIMIT, end),
        healed,
        gained(Duration.ofNanos(end - calm)) - admitted);
  }

  private static double gained(Duration time) {
    return (double) LIMIT.tokens() * time.toNanos() / LIMIT.period().toNanos();
  }

  private void suffer(List<Fault> faults, long start) throws Exception {
    var steps = new ArrayList<Callable<Void>>();
    for (Fault fault : faults) {
      steps.add(
          () -> {
            sleepUntil(start + fault.after().toNanos());
            begin(fault);
            sleepUntil(start + fault.after().plus(fault.during()).toNanos());
            end(fault);
            return null;
          });
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> step : threads.invokeAll(steps)) {
        step.get();
      }
    }
    // Cuts may have overlapped, and ended the earlier one's too soon.
    relay.heal();
  }

  private static void sleepUntil(long time) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(time - System.nanoTime());
  }

  private void begin(Fault fault) throws Exception {
    switch (fault) {
      case Fault.Kill(_, _, int member) -> members.get(member).kill();
      case Fault.Freeze(_, _, int member) -> members.get(member).freeze();
      case Fault.Isolation(_, _, int member) -> relay.isolate(member);
      case Fault.Cut(_, _, int one, int other, Fault.Cut.Kind kind) -> {
        switch (kind) {
          case SILENT -> relay.silence(one, other);
          case ONE_WAY -> relay.silenceOneWay(one, other);
          case CLOSED -> relay.close(one, other);
        }
      }
    }
  }

  private void end(Fault fault) throws Exception {
    switch (fault) {
      case Fault.Kill(_, _, int member) -> members.get(member).restart();
      case Fault.Freeze(_, _, int member) -> members.get(member).thaw();
      case Fault.Isolation(_, _, int member) -> {
        for (int other = 0; other < MEMBERS; other++) {
          relay.heal(member, other);
        }
      }
      case Fault.Cut(_, _, int one, int other, _) -> relay.heal(one, other);
    }
  }

  private Duration awaitAll() throws Exception {
    long start = System.nanoTime();
    long waited = 0;
    while (waited < HEALING.toNanos()) {
      int together = 0;
      for (TakingProcess member : members) {
        together += member.seen() == MEMBERS ? 1 : 0;
      }
      waited = System.nanoTime() - start;
      if (together == MEMBERS) {
        return Duration.ofNanos(waited);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return HEALING;
  }
}
