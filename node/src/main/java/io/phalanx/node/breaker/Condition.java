package io.phalanx.node.breaker;

import java.util.function.ToDoubleFunction;

/** When it is too much. */
sealed interface Condition {
  boolean holds(ToDoubleFunction<Quantity> measured);

  /** All of both. */
  record And(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(ToDoubleFunction<Quantity> measured) {
      return left.holds(measured) && right.holds(measured);
    }
  }

  /** Any of both. */
  record Or(Condition left, Condition right) implements Condition {
    @Override
    public boolean holds(ToDoubleFunction<Quantity> measured) {
      return left.holds(measured) || right.holds(measured);
    }
  }

  /** A quantity beside a number. */
  record Compared(Quantity quantity, Comparison comparison, double bound) implements Condition {
    @Override
    public boolean holds(ToDoubleFunction<Quantity> measured) {
      return comparison.holds(measured.applyAsDouble(quantity), bound);
    }
  }
}
