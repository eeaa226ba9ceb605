package io.phalanx.it.benchmark;

import java.util.Optional;

/**
 * A proxy that runs and answers.
 *
 * @param host what the client puts into {@code Host}
 * @param compiles whether it gets faster while it runs, and so needs the long warm-up
 * @param record what it writes about requests, where the scenario asks for that
 */
record Contestant(
    String name, int port, long pid, String host, boolean compiles, Optional<AccessRecord> record)
    implements Turns.Named {
  Contestant runsAs(long id) {
    return new Contestant(name, port, id, host, compiles, record);
  }
}
