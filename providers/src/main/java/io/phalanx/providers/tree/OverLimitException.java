package io.phalanx.providers.tree;

import io.phalanx.providers.Problem;

/** A text stands for more than {@link ReadLimits} allow. */
final class OverLimitException extends Exception {
  private final transient Problem problem;

  OverLimitException(Place place, String message) {
    super(message);
    this.problem = place.problem("", message);
  }

  Problem problem() {
    return problem;
  }
}
