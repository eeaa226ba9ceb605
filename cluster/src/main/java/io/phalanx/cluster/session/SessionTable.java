package io.phalanx.cluster.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where sessions are, by key, which the whole fleet shares. Both keys and places are the caller's:
 * short texts without meaning here.
 *
 * <ul>
 *   <li>Order: of many who seat one session at once, through whichever members, all are told the
 *       same place; a place that is left is left once.
 *   <li>Staleness: what a member knows by itself may be 20 s old, and a session that moved is
 *       sought at its old place for so long.
 *   <li>Bounds: a session is forgotten when nobody asked for its expiry, and earlier where there
 *       are more than the table has room for: the least recently used of some goes first, and is
 *       new when it comes again.
 *   <li>Loss: a session may be lost only with all members that keep a copy; then it is new.
 *   <li>Partition: each side goes on with its own table; when they meet, each session is where it
 *       was used last, to a second.
 *   <li>Unavailable: no answer within {@code patience}. It may have been done all the same.
 * </ul>
 */
public interface SessionTable {
  /**
   * Where a session is, as far as this member knows without asking; empty if it was not asked for
   * of late. To ask here prolongs the session, if a little later.
   */
  Optional<String> near(String key);

  /**
   * Finds a session, or gives it a place.
   *
   * @param patience how long the answer may take
   * @return completes on any thread, never exceptionally
   */
  CompletionStage<Seating> seat(String key, Bid bid, Duration patience);
}
