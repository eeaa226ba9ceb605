package io.phalanx.node.logging;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Lets one line about a subject through in each interval, and counts the others. */
public final class LogThrottle {
  private static final int MAX_SUBJECTS = 1000;

  private record Said(long at, long unsaid) {}

  private final long interval;
  private final Map<String, Said> subjects = new ConcurrentHashMap<>();

  public LogThrottle(Duration interval) {
    this.interval = interval.toNanos();
  }

  /**
   * Whether a line may be written now.
   *
   * @param now nanoseconds, as {@link System#nanoTime}
   * @return how many lines were held back since the last one, or -1 if this one is, too
   */
  public long admit(String subject, long now) {
    Said before = subjects.get(subject);
    if (before == null) {
      if (subjects.size() >= MAX_SUBJECTS) {
        subjects.clear();
      }
      return subjects.putIfAbsent(subject, new Said(now, 0)) == null ? 0 : -1;
    }
    if (now - before.at() < interval) {
      subjects.computeIfPresent(subject, (_, said) -> new Said(said.at(), said.unsaid() + 1));
      return -1;
    }
    return subjects.replace(subject, before, new Said(now, 0)) ? before.unsaid() : -1;
  }
}
