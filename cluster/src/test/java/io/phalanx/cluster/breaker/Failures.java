package io.phalanx.cluster.breaker;

/** Trips when more than half of all answers since the last time were of status 500 and above. */
public final class Failures implements Measure {
  private long requests;
  private long failures;

  @Override
  public synchronized void record(int status, long nanos, long now) {
    requests++;
    failures += status >= 500 ? 1 : 0;
  }

  @Override
  public synchronized Tally tally(long now) {
    return new Tally(requests, failures, failures * 2 > requests);
  }

  @Override
  public synchronized void clear() {
    requests = 0;
    failures = 0;
  }
}
