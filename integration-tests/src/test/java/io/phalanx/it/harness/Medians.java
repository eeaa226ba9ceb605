package io.phalanx.it.harness;

import java.util.Arrays;

/** The middle of some figures, which a slow moment does not move. */
public final class Medians {
  private Medians() {}

  /** NaN of nothing; of an even number the mean of the two in the middle. */
  public static double of(double... figures) {
    if (figures.length == 0) {
      return Double.NaN;
    }
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
