package io.phalanx.node.attempt;

import io.phalanx.node.exchange.CompletedExchange;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The copies of requests that a node has in work: how many there may be, how many there are, so
 * that a node that stops waits for them, and who is told about each. Thread-safe.
 */
public final class Copies {
  private final int most;
  private final Consumer<CompletedExchange> observer;
  private final AtomicInteger active = new AtomicInteger();
  private final LongAdder leftOut = new LongAdder();

  /**
   * @param most at one time
   * @param observer sees each copy when it is over, on an I/O thread; must not wait
   */
  public Copies(int most, Consumer<CompletedExchange> observer) {
    this.most = most;
    this.observer = observer;
  }

  /** Takes the place of so many copies. Returns false, and counts them, if there is no room. */
  public boolean enter(int count) {
    if (active.addAndGet(count) <= most) {
      return true;
    }
    active.addAndGet(-count);
    leaveOut(count);
    return false;
  }

  /** One copy is over, or comes to nothing. */
  public void leave() {
    active.decrementAndGet();
  }

  /** Counts copies that are not made: there is no room for them, or the body was not kept. */
  public void leaveOut(int count) {
    leftOut.add(count);
  }

  /** Copies in work, with those that wait for the end of the request that they are made of. */
  public int active() {
    return active.get();
  }

  /** Copies that were not made. */
  public long leftOut() {
    return leftOut.sum();
  }

  void completed(CompletedExchange copy) {
    observer.accept(copy);
  }
}
