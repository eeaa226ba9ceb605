package io.phalanx.it.acme;

import io.phalanx.it.acme.Gate.Moment;
import io.phalanx.it.acme.Gate.Step;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Orders whose holder is killed at one step of them, by SIGKILL, and what becomes of them: one
 * certificate in the authority's record, served by all in the end. Each run has a name of its own.
 */
final class OrderDeaths {
  private static final String RESOLVER = "web";
  private static final long STEP_LIMIT_SECONDS = 60;

  private final ResolverFleet fleet;
  private final List<Run> runs = new ArrayList<>();

  OrderDeaths(ResolverFleet fleet) {
    this.fleet = fleet;
  }

  /**
   * What came of one run.
   *
   * @param name whose certificate it was about
   * @param served how long it took from the kill until the others served it
   * @param placed orders that the authority was asked for
   * @param wrong what should not be, if anything
   */
  record Run(
      Step step, Moment moment, String name, Duration served, int placed, List<String> wrong) {
    Run {
      wrong = List.copyOf(wrong);
    }
  }

  List<Run> runs() {
    return runs;
  }

  /** All that was wrong, with the names. */
  List<String> wrong() {
    return runs.stream()
        .flatMap(run -> run.wrong().stream().map(what -> run.name() + ": " + what))
        .toList();
  }

  /**
   * @param atOnce whether the member is started again at once, or when the others serve
   */
  void run(Step step, Moment moment, boolean atOnce) throws Exception {
    fleet.awaitTogether();
    int holder = fleet.holder(RESOLVER);
    String name =
        "%s-%s-%d".formatted(step, moment, runs.size()).toLowerCase(Locale.ROOT).replace('_', '-');
    List<Integer> others = fleet.running().stream().filter(node -> node != holder).toList();
    fleet.authority().resolve(name + ".test", fleet.layout(others.getFirst()).address());
    fleet.gate().trap(step, moment, () -> fleet.kill(holder));
    fleet.want(RESOLVER, List.of(name));
    if (!fleet.gate().isSprungWithin(STEP_LIMIT_SECONDS)) {
      throw new AssertionError("no request for " + step + ":\n" + fleet.logs());
    }
    long killed = System.nanoTime();
    if (atOnce) {
      fleet.restart(holder);
    }
    fleet.awaitAt(name, others);
    Duration served = Duration.ofNanos(System.nanoTime() - killed);
    if (!atOnce) {
      fleet.restart(holder);
    }
    fleet.awaitEverywhere(name);
    runs.add(
        new Run(
            step,
            moment,
            name,
            served,
            fleet.gate().book().of(name + ".test").size(),
            wrong(name)));
  }

  private List<String> wrong(String name) throws Exception {
    var wrong = new ArrayList<String>();
    long issued = issued(name);
    if (issued != 1) {
      wrong.add(issued + " certificates");
    }
    var serials = new TreeSet<BigInteger>();
    for (int node : fleet.running()) {
      var site = fleet.layout(node).site(name + ".test");
      serials.add(site.shown().getSerialNumber());
      if (!site.status().equals("HTTP/1.1 200 OK")) {
        wrong.add("node " + node + " answers " + site.status());
      }
    }
    if (serials.size() != 1) {
      wrong.add("served are " + serials);
    }
    return wrong;
  }

  private long issued(String name) {
    return fleet.gate().book().of(name + ".test").stream()
        .mapToLong(order -> fleet.authority().issuedFor(order))
        .sum();
  }

  /** Looks once more at all: nothing was ordered or lost since. */
  List<String> wrongInTheEnd() throws Exception {
    var wrong = new ArrayList<String>();
    for (Run run : runs) {
      wrong(run.name()).forEach(what -> wrong.add(run.name() + " in the end: " + what));
    }
    if (fleet.authority().issued() != runs.size()) {
      wrong.add(
          "%d certificates in the authority's record for %d names"
              .formatted(fleet.authority().issued(), runs.size()));
    }
    return wrong;
  }

  /** As a table, a line for each step. */
  String table() {
    var text = new StringBuilder();
    text.append(
        "%-14s %6s %14s %8s %18s %10s%n"
            .formatted(
                "killed at", "times", "most orders", "wrong", "served after (s)", "longest"));
    for (Step step : Step.values()) {
      List<Run> at = runs.stream().filter(run -> run.step() == step).toList();
      if (!at.isEmpty()) {
        text.append(
            "%-14s %6d %14d %8d %18.1f %10.1f%n"
                .formatted(
                    step,
                    at.size(),
                    at.stream().mapToInt(Run::placed).max().orElse(0),
                    at.stream().filter(run -> !run.wrong().isEmpty()).count(),
                    at.stream().mapToLong(run -> run.served().toMillis()).average().orElse(0) / 1e3,
                    at.stream().mapToLong(run -> run.served().toMillis()).max().orElse(0) / 1e3));
      }
    }
    return text.toString();
  }

  /** Several runs at each step, the moments by turns. */
  static OrderDeaths all(ResolverFleet fleet, int times) throws Exception {
    var deaths = new OrderDeaths(fleet);
    List<Moment> moments = List.of(Moment.values());
    int turn = 0;
    for (Step step : Step.values()) {
      for (int i = 0; i < times; i++) {
        deaths.run(step, moments.get(turn % moments.size()), turn % 2 == 0);
        turn++;
      }
    }
    return deaths;
  }
}
