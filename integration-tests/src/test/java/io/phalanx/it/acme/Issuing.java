package io.phalanx.it.acme;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** How certificates come about at several nodes. */
final class Issuing {
  private Issuing() {}

  /**
   * Waits until one name's certificate is shown everywhere.
   *
   * @param sites the name at each of the nodes
   * @param logs what is told if it is not within the time
   * @return how long it took from the first node that showed it to the last
   */
  static Duration await(List<Site> sites, Duration limit, Supplier<String> logs)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    var first = new HashMap<Site, Long>();
    while (first.size() < sites.size()) {
      for (Site site : sites) {
        if (!first.containsKey(site) && site.isIssued()) {
          first.put(site, System.nanoTime());
        }
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("issued at " + first.keySet() + " only:\n" + logs.get());
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    var times = new TreeSet<>(first.values());
    return Duration.ofNanos(times.last() - times.first());
  }
}
