package io.phalanx.node.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * Until an exchange that has no client of its own is over: who is told then, and who has to give up
 * if nobody waits for it any longer. Belongs to the exchange's I/O thread.
 */
public final class Lifetime {
  private final List<Runnable> toldWhenOver = new ArrayList<>(2);
  private Runnable cleanup = () -> {};
  private boolean over;

  public boolean isOver() {
    return over;
  }

  /** As in {@link Exchange#whenAbandoned}. */
  public void whenAbandoned(Runnable given) {
    if (over) {
      given.run();
    } else {
      cleanup = given;
    }
  }

  /** As in {@link Exchange#whenOver}. */
  public void whenOver(Runnable told) {
    if (over) {
      told.run();
    } else {
      toldWhenOver.add(told);
    }
  }

  /** What is to be called if it is abandoned, for one that ends it first. */
  public Runnable cleanup() {
    return cleanup;
  }

  /**
   * It is over; all are told, once.
   *
   * @return whether it was not over before
   */
  public boolean end() {
    if (over) {
      return false;
    }
    over = true;
    cleanup = () -> {};
    toldWhenOver.forEach(Runnable::run);
    return true;
  }

  /** Ends it, and whoever is at work gives up. */
  public void abandon() {
    Runnable told = cleanup;
    end();
    told.run();
  }
}
