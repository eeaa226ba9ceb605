package io.phalanx.it.benchmark;

import java.io.IOException;
import java.util.List;

/**
 * What a time of load took.
 *
 * @param proxyTicks of the proxy alone
 * @param ownTicks of proxy, clients, upstream and this program
 * @param machineTicks of everything
 */
record Usage(long proxyTicks, long ownTicks, long machineTicks, double seconds) {
  private static final double TICK = 1.0 / ProcessorTime.TICKS_PER_SECOND;

  /** A load that comes to an end. */
  interface Load<R> {
    R run() throws IOException;
  }

  record During<R>(R result, Usage usage) {}

  /**
   * @param others processes, beside proxy and this program, whose time is the load's
   */
  static <R> During<R> during(Contestant contestant, List<Process> others, Load<R> load)
      throws IOException {
    long proxy = ProcessorTime.ofTree(contestant.pid());
    long own = ticks(others);
    long machine = ProcessorTime.ofMachine();
    long start = System.nanoTime();
    R result = load.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    long proxyTicks = ProcessorTime.ofTree(contestant.pid()) - proxy;
    return new During<>(
        result,
        new Usage(
            proxyTicks,
            proxyTicks + ticks(others) - own,
            ProcessorTime.ofMachine() - machine,
            seconds));
  }

  /** This program, with the clients that it has run, and what else belongs to it. */
  static long ticks(List<Process> others) {
    long own = ProcessorTime.ofProcess(ProcessHandle.current().pid());
    return own + others.stream().mapToLong(each -> ProcessorTime.ofTree(each.pid())).sum();
  }

  double proxyMicros() {
    return proxyTicks * TICK * 1e6;
  }

  double foreignCores() {
    return Math.max(0, machineTicks - ownTicks) * TICK / seconds;
  }
}
