package io.phalanx.it.fleet;

/**
 * A token that somebody got: somewhere between two times of {@link System#nanoTime}, which is one
 * clock for all processes of a machine.
 */
record Admission(long asked, long admitted, int member) {
  Admission {
    if (admitted < asked) {
      throw new IllegalArgumentException(admitted + " is before " + asked);
    }
  }
}
