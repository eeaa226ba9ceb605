package io.phalanx.cluster.breaker;

import io.phalanx.cluster.breaker.Course.Told;
import io.phalanx.cluster.breaker.Message.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One breaker on one member. Safe for threads. As long as it is closed a request costs one volatile
 * read, and its answer what {@link Measure#record} costs.
 */
public final class Circuit {
  private static final Logger LOG = LoggerFactory.getLogger(Circuit.class);

  /** How long a request that is to probe waits for the fleet to grant that; then it is refused. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Message RECOVERY = new Message.Recover();

  private final Subject subject;
  private final Measure measure;
  private final LongSupplier nanoTime;
  private final long checkPeriod;
  private final Later later;
  private final BiConsumer<Circuit, Message> teller;
  private final Course course;
  private final LongAdder closings = new LongAdder();
  private final LongAdder openings = new LongAdder();
  private final LongAdder recoveries = new LongAdder();

  /** What is measured belongs to this time of the breaker; it ends when that is cleared. */
  private volatile Entrance.Inside inside = new Entrance.Inside(1, 0);

  /** The same while the breaker is closed. */
  private volatile @Nullable Entrance closed = inside;

  private volatile State state = State.CLOSED;
  private volatile long nextCheck;
  private boolean suspect;
  private @Nullable Object prober;
  private @Nullable Asking asking;

  /** A request that waits for leave to probe. */
  private record Asking(long number, CompletableFuture<Entrance> answer) {}

  /** One of a node on its own. */
  public Circuit(Subject subject, Terms terms, Measure measure, LongSupplier nanoTime) {
    this(
        subject,
        measure,
        nanoTime,
        terms,
        new Course(terms, false, 0, nanoTime.getAsLong()),
        (_, _) -> {},
        (_, _) -> {});
  }

  /**
   * @param teller sends a message to where the breaker is kept; must not wait
   */
  Circuit(
      Subject subject,
      Measure measure,
      LongSupplier nanoTime,
      Terms terms,
      Course course,
      Later later,
      BiConsumer<Circuit, Message> teller) {
    this.subject = subject;
    this.measure = measure;
    this.nanoTime = nanoTime;
    this.checkPeriod = terms.checkPeriod().toNanos();
    this.course = course;
    this.later = later;
    this.teller = teller;
    this.nextCheck = nanoTime.getAsLong() - 1;
  }

  public Subject subject() {
    return subject;
  }

  public State state() {
    return state;
  }

  /** Whether this member refuses what others serve: what it measures is too much, theirs is not. */
  public synchronized boolean isSuspect() {
    return course.isSuspect();
  }

  /** How often it came to a state. */
  public long transitions(State to) {
    return counter(to).sum();
  }

  private LongAdder counter(State to) {
    return switch (to) {
      case CLOSED -> closings;
      case OPEN -> openings;
      case RECOVERING -> recoveries;
    };
  }

  /**
   * To be asked for each request.
   *
   * @param request the same for the same request: one that is a probe already is let in again
   */
  public Entrance enter(Object request) {
    @Nullable Entrance passes = closed;
    return passes != null ? passes : enterSlowly(request);
  }

  private Entrance enterSlowly(Object request) {
    Entrance entrance;
    List<Message> messages;
    synchronized (this) {
      if (request.equals(prober)) {
        return inside;
      }
      entrance =
          switch (course.enter(nanoTime.getAsLong())) {
            case PASSES -> inside;
            case REFUSED -> Entrance.REFUSED;
            case ASKS -> {
              prober = request;
              var answer = new CompletableFuture<Entrance>();
              asking = new Asking(course.probe(), answer);
              later.run(PATIENCE, () -> answer.complete(Entrance.REFUSED));
              yield new Entrance.Asked(answer);
            }
          };
      messages = changed("");
      if (messages.contains(RECOVERY)) {
        clear();
      }
    }
    send(messages);
    return entrance;
  }

  /**
   * There is an answer to a request that was let in.
   *
   * @param nanos how long that took
   */
  public void over(Entrance.Inside entrance, int status, long nanos) {
    if (entrance.time() != inside.time()) {
      left(entrance);
      return;
    }
    long now = nanoTime.getAsLong();
    measure.record(status, nanos, now);
    if (entrance.probe() != 0) {
      probed(entrance.probe(), measure.tally(now).tripped() ? Outcome.FAILED : Outcome.WELL, now);
    } else if (now - nextCheck > 0) {
      check(now);
    }
  }

  /** A request that was let in ended without an answer that counts. */
  public void left(Entrance.Inside entrance) {
    if (entrance.probe() != 0) {
      probed(entrance.probe(), Outcome.UNKNOWN, nanoTime.getAsLong());
    }
  }

  private void probed(long number, Outcome outcome, long now) {
    List<Message> messages;
    synchronized (this) {
      if (!course.probed(number, outcome, now)) {
        return;
      }
      prober = null;
      if (outcome == Outcome.FAILED) {
        clear();
      }
      messages = changed(": a probe failed");
    }
    send(messages);
  }

  private void check(long now) {
    List<Message> messages;
    synchronized (this) {
      if (now - nextCheck <= 0) {
        return;
      }
      nextCheck = now + checkPeriod;
      if (course.state() == State.OPEN) {
        return;
      }
      Tally tally = measure.tally(now);
      if (!tally.tripped()) {
        return;
      }
      clear();
      course.trip(tally, now);
      messages = changed(reason(tally));
    }
    send(messages);
  }

  private static String reason(Tally tally) {
    return ": %d of %d requests failed".formatted(tally.failures(), tally.requests());
  }

  /** How it stands where it is kept. */
  void told(Standing standing) {
    List<Message> messages;
    synchronized (this) {
      messages = followed(course.told(standing, nanoTime.getAsLong()));
    }
    send(messages);
  }

  private List<Message> followed(Told told) {
    long now = nanoTime.getAsLong();
    Tally tally = told.asked() ? measure.tally(now) : Tally.NOTHING;
    if (told.asked()) {
      course.vote(tally, now);
    }
    if (told.begins() || course.tripped().filter(tally::equals).isPresent()) {
      clear();
    }
    return changed(told.begins() || !tally.tripped() ? ", as in the whole fleet" : reason(tally));
  }

  void answered(Message message, Reply reply) {
    List<Message> messages;
    @Nullable Asking decided = null;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (message instanceof Message.Probe(long number, _, _)) {
        decided = asked(number);
        course.granted(number, reply.granted(), now);
        prober = decided == null || reply.granted() ? prober : null;
      }
      messages = followed(course.answered(message, reply, now));
    }
    send(messages);
    if (decided == null) {
      return;
    }
    if (!reply.granted()) {
      decided.answer.complete(reply.standing().well() ? inside : Entrance.REFUSED);
    } else if (!decided.answer.complete(new Entrance.Inside(inside.time(), decided.number))) {
      left(new Entrance.Inside(0, decided.number)); // Nobody waits any longer.
    }
  }

  /** Who waits for this answer; answers to what is told again decide nothing. */
  private @Nullable Asking asked(long number) {
    @Nullable Asking waiting = asking;
    if (waiting == null || waiting.number != number) {
      return null;
    }
    asking = null;
    return waiting;
  }

  /** A message did not come through, as far as is known here. */
  void unanswered(Message message) {
    if (!(message instanceof Message.Probe(long number, _, _))) {
      return;
    }
    @Nullable Asking decided;
    synchronized (this) {
      decided = asked(number);
    }
    if (decided != null) {
      decided.answer.complete(Entrance.REFUSED);
      left(new Entrance.Inside(0, number)); // It may have been granted.
    }
  }

  /** To be called some times a second. */
  void repeat() {
    if (state == State.CLOSED) {
      return;
    }
    List<Message> messages;
    synchronized (this) {
      course.repeat(nanoTime.getAsLong());
      messages = course.messages();
    }
    send(messages);
  }

  synchronized Standing known() {
    return course.known(nanoTime.getAsLong());
  }

  long keep() {
    return course.keep();
  }

  private void send(List<Message> messages) {
    messages.forEach(message -> teller.accept(this, message));
  }

  private void clear() {
    measure.clear();
    inside = new Entrance.Inside(inside.time() + 1, 0);
    closed = state == State.CLOSED ? inside : null;
  }

  private List<Message> changed(String reason) {
    State now = course.state();
    if (now != state) {
      state = now;
      closed = now == State.CLOSED ? inside : null;
      counter(now).increment();
      LOG.info("breaker {} of {} is {}{}", subject.name(), subject.owner(), now, reason);
    }
    if (suspect != course.isSuspect()) {
      suspect = course.isSuspect();
      if (suspect) {
        LOG.warn(
            "breaker {} of {}: other members do not see what fails here; this member refuses"
                + " requests alone and suspects itself",
            subject.name(),
            subject.owner());
      }
    }
    return course.messages();
  }
}
