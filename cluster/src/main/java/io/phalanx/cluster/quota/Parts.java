package io.phalanx.cluster.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What is known of an account's parts, put together. */
final class Parts {
  private Parts() {}

  /** Without those that have left the window by {@code now}. */
  static List<Part> merged(Quota quota, List<Part> one, List<Part> other, long now) {
    var all = new TreeMap<Long, Map<String, Tally>>();
    for (List<Part> parts : List.of(one, other)) {
      for (Part part : parts) {
        if (quota.window().leaves(part.number()) > now) {
          Map<String, Tally> tallies = all.computeIfAbsent(part.number(), _ -> new HashMap<>());
          part.tallies().forEach((member, tally) -> tallies.merge(member, tally, Tally::merged));
        }
      }
    }
    var merged = new ArrayList<Part>();
    all.forEach((number, tallies) -> merged.add(new Part(number, tallies)));
    return merged;
  }
}
