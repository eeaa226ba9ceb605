package io.phalanx.node.acme;

import io.phalanx.node.acme.AuthorityException.Kind;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Until when nothing is asked of an authority that cannot be used now. Thread-safe. */
final class Pause {
  private static final Logger LOG = LoggerFactory.getLogger(Pause.class);

  private final Resolver resolver;
  private final InstantSource clock;
  private Instant until = Instant.MIN;
  private boolean isForOrdersOnly;
  private int failures;

  Pause(Resolver resolver, InstantSource clock) {
    this.resolver = resolver;
    this.clock = clock;
  }

  synchronized Instant until() {
    return until;
  }

  /** Whether it answers, and only grants no more certificates: it still revokes them. */
  synchronized boolean isForOrdersOnly() {
    return isForOrdersOnly;
  }

  /** It did what it was asked. */
  synchronized void end() {
    failures = 0;
  }

  /** It did not. One line for all that fail together. */
  synchronized void begin(AuthorityException failure) {
    Instant now = clock.instant();
    if (until.isAfter(now)) {
      return;
    }
    failures++;
    until = Backoff.AUTHORITY.after(failures, now, failure.until());
    isForOrdersOnly = failure.kind() == Kind.LIMITED;
    LOG.warn(
        "certificate resolver {}: {} {}, nothing is asked of it until {}: {}",
        resolver.name(),
        resolver.server(),
        isForOrdersOnly ? "grants no more now" : "cannot be used now",
        until,
        failure.getMessage());
  }

  /** It granted nothing when it was asked last, and still does not. */
  synchronized void remembered(AccountState.Limited limit) {
    until = limit.until();
    isForOrdersOnly = true;
    LOG.warn(
        "certificate resolver {}: {} grants no more until {}: {}",
        resolver.name(),
        resolver.server(),
        limit.until(),
        limit.reason());
  }
}
