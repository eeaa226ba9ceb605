package io.phalanx.cluster;

import java.util.List;

/** A fleet under test: its members, as one or more {@link Fleet}s in this JVM. */
public interface Fleets extends AutoCloseable {
  List<Fleet> all();

  /**
   * Ends one member as a crash would. Does nothing for a fleet of one, which has no one to go on.
   */
  void kill(int member);

  @Override
  void close();
}
