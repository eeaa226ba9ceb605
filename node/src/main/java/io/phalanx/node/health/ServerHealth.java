package io.phalanx.node.health;

import io.phalanx.providers.dynamic.PassiveHealthCheck;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether one server of a service is up, as this node finds. It is at first. Thread-safe; to look
 * costs one volatile read.
 */
public final class ServerHealth {
  /** The part of its weight that a server has at first when it came back. */
  private static final double LEAST_SHARE = 0.1;

  private static final Logger LOG = LoggerFactory.getLogger(ServerHealth.class);

  private final Subject subject;
  private final Surroundings surroundings;
  private final Optional<Failures> failures;
  private final LogAllowance allowance = new LogAllowance();
  private volatile boolean up = true;
  private volatile boolean warming;
  private volatile long upSince;

  ServerHealth(Subject subject, Surroundings surroundings) {
    this.subject = subject;
    this.surroundings = surroundings;
    this.failures =
        subject
            .passive()
            .map(passive -> new Failures(passive.maxFailedAttempts(), passive.failureWindow()));
  }

  public Subject subject() {
    return subject;
  }

  public boolean isUp() {
    return up;
  }

  /**
   * How much of its weight the server has now: all of it, 1, but for one that came back, which has
   * a tenth at first and then ever more.
   */
  public double share() {
    if (!warming) {
      return 1;
    }
    double share = (double) (surroundings.now() - upSince) / subject.slowStart().toNanos();
    if (share >= 1) {
      warming = false;
      return 1;
    }
    return Math.max(LEAST_SHARE, share);
  }

  /** The same as {@code other}, in whose place this comes. */
  synchronized void takeOver(ServerHealth other) {
    upSince = other.upSince;
    warming = other.warming;
    if (!other.isUp() && up) {
      up = false;
      restoreLater();
    }
    surroundings.changed();
  }

  /** What an active check found wrong; empty: nothing. */
  synchronized void asked(Optional<String> trouble) {
    if (trouble.isPresent()) {
      fall(trouble.get());
    } else {
      rise();
    }
  }

  /** A request got its whole answer. */
  synchronized void succeeded() {
    failures.ifPresent(Failures::forget);
  }

  /** A request got no answer, or none that a server in health gives. */
  synchronized void failed(String trouble) {
    if (failures.isPresent() && failures.get().isOneTooMany(surroundings.now()) && up) {
      fall(trouble);
      restoreLater();
    }
  }

  /** Where nobody asks the server it is given another chance after a while. */
  private void restoreLater() {
    if (subject.active().isEmpty()) {
      subject
          .passive()
          .map(PassiveHealthCheck::failureWindow)
          .ifPresent(window -> surroundings.later(window, this::restore));
    }
  }

  private synchronized void restore() {
    failures.ifPresent(Failures::forget);
    rise();
  }

  private void fall(String trouble) {
    if (up) {
      up = false;
      surroundings.changed();
      long unsaid = allowance.take(surroundings.now());
      if (unsaid >= 0) {
        LOG.warn("{} is down: {}{}", name(), trouble, LogAllowance.remark(unsaid));
      }
    }
  }

  private void rise() {
    if (!up) {
      upSince = surroundings.now();
      warming = subject.slowStart().isPositive();
      up = true;
      surroundings.changed();
      long unsaid = allowance.take(surroundings.now());
      if (unsaid >= 0) {
        LOG.info("{} is up{}", name(), LogAllowance.remark(unsaid));
      }
    }
  }

  private String name() {
    return "server " + subject.url() + " of service " + subject.service();
  }
}
