package io.phalanx.cluster.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of an account.
 *
 * @param at how far its time had come, in milliseconds since the epoch; by no clock but this what
 *     counted is dropped, since another one may be ahead of it, and be set back
 * @param parts what counts
 */
public record Known(long at, List<Part> parts) {
  /** Of one that nobody drew from. */
  public static final Known NOTHING = new Known(Long.MIN_VALUE, List.of());

  /** How far a clock may have been ahead without anything being forgotten for it. */
  static final Duration GRACE = Duration.ofDays(1);

  public Known {
    parts = List.copyOf(parts);
  }

  /** Both together, without what has left the window. */
  Known merged(Quota quota, Known other) {
    long later = Math.max(at, other.at);
    var all = new TreeMap<Long, Map<String, Tally>>();
    for (List<Part> some : List.of(parts, other.parts)) {
      for (Part part : some) {
        if (quota.window().leaves(part.number()) > later) {
          Map<String, Tally> tallies = all.computeIfAbsent(part.number(), _ -> new HashMap<>());
          part.tallies().forEach((member, tally) -> tallies.merge(member, tally, Tally::merged));
        }
      }
    }
    var merged = new ArrayList<Part>();
    all.forEach((number, tallies) -> merged.add(new Part(number, tallies)));
    return new Known(later, merged);
  }

  /** Whether nothing of it would count, however far a clock was ahead within {@link #GRACE}. */
  boolean isOver(Quota quota, long now) {
    long end = now - GRACE.toMillis();
    return at <= end
        && parts.stream().allMatch(part -> quota.window().leaves(part.number()) <= end);
  }
}
