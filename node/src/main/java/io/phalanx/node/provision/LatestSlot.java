package io.phalanx.node.provision;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Hands over the newest value only: one that was not taken before the next came is forgotten. */
final class LatestSlot<T> {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private @Nullable T value;

  void put(T newest) {
    lock.lock();
    try {
      value = newest;
      filled.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Puts back what was taken, unless a newer value has come. */
  void putIfEmpty(T taken) {
    lock.lock();
    try {
      if (value == null) {
        put(taken);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Takes the value, for which it waits. */
  T take() throws InterruptedException {
    lock.lock();
    try {
      T taken = value;
      while (taken == null) {
        filled.await();
        taken = value;
      }
      value = null;
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
