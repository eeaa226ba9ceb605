package io.phalanx.node.breaker;

/** What an expression asks of the answers of late. */
sealed interface Quantity {
  /** As it is written. */
  String text();

  /** Share of 502 and 504, which is how Traefik knows that a server was not reached. */
  record NetworkErrorRatio() implements Quantity {
    @Override
    public String text() {
      return "NetworkErrorRatio()";
    }
  }

  /**
   * How many statuses are in one range for each that is in another; the ends do not belong to the
   * ranges. 0 if there is none in the other.
   */
  record ResponseCodeRatio(int from, int to, int ofFrom, int ofTo) implements Quantity {
    @Override
    public String text() {
      return "ResponseCodeRatio(%d, %d, %d, %d)".formatted(from, to, ofFrom, ofTo);
    }
  }

  /**
   * What the fastest answers took at most, in whole milliseconds.
   *
   * @param percent how many of a hundred those are
   */
  record LatencyAtQuantileMs(double percent) implements Quantity {
    @Override
    public String text() {
      return "LatencyAtQuantileMS(" + percent + ")";
    }
  }
}
