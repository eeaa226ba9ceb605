package io.phalanx.cluster.lease;

/** What the holder of a lease does. */
@FunctionalInterface
public interface LeaseTask {
  /** Runs on a virtual thread of its own and is interrupted when the lease is lost or given up. */
  void run(Lease lease) throws InterruptedException;
}
