package io.phalanx.node.tls.ocsp;

import io.phalanx.node.tls.ServerCertificate;
import io.phalanx.node.tls.Staple;
import io.phalanx.node.tls.ocsp.StatusException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A certificate whose responder is asked, and what came of it. Used under the lock of whoever has
 * it.
 */
final class Watched {
  static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** Between two questions, however long an answer holds: what is revoked meanwhile is noticed. */
  private static final Duration LONGEST_TRUST = Duration.ofHours(12);

  private static final int MOST_DOUBLINGS = 10;

  /** Part of a response's life that its refreshes are spread over. */
  private static final double SPREAD = 0.1;

  private final Question question;
  private final String names;
  private final boolean required;
  private final Instant expiry;
  private List<ServerCertificate> shown = List.of();
  private Optional<Staple> staple = Optional.empty();
  private Instant due;
  private int failures;
  private Optional<Kind> told = Optional.empty();

  Watched(Question question, ServerCertificate certificate, boolean required, Instant now) {
    this.question = question;
    this.names = names(certificate);
    this.required = required;
    this.expiry = certificate.certificate().getNotAfter().toInstant();
    this.due = now;
  }

  /** As log lines have them. */
  static String names(ServerCertificate certificate) {
    return certificate.alternativeNames().isEmpty()
        ? certificate.commonName()
        : String.join(", ", certificate.alternativeNames());
  }

  Question question() {
    return question;
  }

  String names() {
    return names;
  }

  /** Who shows it; the same certificate may be given at several places. */
  void show(List<ServerCertificate> certificates) {
    shown = certificates;
    shown.forEach(each -> each.staple(staple));
  }

  Instant due() {
    return due;
  }

  boolean isDue(Instant now) {
    return !due.isAfter(now) && expiry.isAfter(now);
  }

  /** It is being asked for: whatever becomes of that, it is not again at once. */
  void asked(Instant now) {
    due = now.plus(FIRST_PAUSE);
  }

  /** Whether it has something to show. */
  boolean isStapled(Instant now) {
    return staple.filter(one -> one.until().isAfter(now)).isPresent();
  }

  /**
   * Shows a response from now on.
   *
   * @param random from 0 to 1
   * @return whether there was something to tell before
   */
  boolean succeeded(byte[] response, Question.Answer answer, InstantSource clock, double random) {
    Instant now = clock.instant();
    staple = Optional.of(new Staple(response, answer.end(), clock));
    show(shown);
    failures = 0;
    Duration life = Duration.between(answer.begin(), answer.end());
    Instant middle = answer.begin().plus(part(life, (1 + SPREAD * random) / 2));
    Duration left = Duration.between(now, answer.end());
    // One that was old when it came has its next question at half of what is left.
    due = within(middle, now, part(left, (1 + SPREAD * random) / 2));
    boolean wasTold = told.isPresent();
    told = Optional.empty();
    return wasTold;
  }

  private static Duration part(Duration whole, double part) {
    return Duration.ofMillis((long) (whole.toMillis() * part));
  }

  private static Instant within(Instant wanted, Instant now, Duration otherwise) {
    Instant next = wanted.isAfter(now) ? wanted : now.plus(otherwise);
    Instant earliest = now.plus(FIRST_PAUSE);
    Instant latest = now.plus(LONGEST_TRUST);
    return next.isBefore(earliest) ? earliest : next.isAfter(latest) ? latest : next;
  }

  /**
   * Has it be asked for later.
   *
   * @param isWithout whether what is shown does not count any more
   */
  void failed(boolean isWithout, Instant now, double random) {
    if (isWithout) {
      staple = Optional.empty();
      show(shown);
    }
    failures++;
    due = now.plus(pause(failures, random));
  }

  static Duration pause(int failures, double random) {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.clamp(failures - 1, 0, MOST_DOUBLINGS));
    Duration bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    return part(bounded, 1 + SPREAD * random);
  }

  /**
   * @return the line that says so, if nothing of the kind was told before
   */
  Optional<String> tell(Kind kind, String reason, Instant now) {
    if (told.equals(Optional.of(kind))) {
      return Optional.empty();
    }
    told = Optional.of(kind);
    String consequence =
        isStapled(now)
            ? "; what it said before is shown until " + staple.orElseThrow().until()
            : required ? "; clients refuse it without (must-staple)" : "";
    return Optional.of(
        "no OCSP response for the certificate for "
            + names
            + " from "
            + question.responder()
            + ": "
            + reason
            + consequence);
  }
}
