package io.phalanx.node.breaker;

import io.phalanx.cluster.breaker.Measure;
import java.util.List;

/**
 * When a circuit breaker trips: {@code NetworkErrorRatio()}, {@code ResponseCodeRatio(from, to,
 * ofFrom, ofTo)} and {@code LatencyAtQuantileMS(percent)}, each compared with a number, joined by
 * {@code &&} and {@code ||}. The language is Traefik's, and so are its types: ratios and percents
 * are written with a decimal point, statuses and milliseconds without.
 */
public final class Expression {
  private final Condition condition;
  private final List<Quantity> quantities;

  private Expression(Condition condition, List<Quantity> quantities) {
    this.condition = condition;
    this.quantities = List.copyOf(quantities);
  }

  /** Reads an expression. */
  public static Expression parse(String text) throws ExpressionException {
    var parser = new ExpressionParser(text);
    Condition condition = parser.parse();
    return new Expression(condition, parser.quantities());
  }

  /** Measures what the expression asks for, of the last ten seconds, of latencies a minute. */
  public Measure measure() {
    return new Measured(condition, quantities);
  }
}
