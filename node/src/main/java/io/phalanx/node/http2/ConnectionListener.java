package io.phalanx.node.http2;

/** Told what concerns the connection as a whole. Called in the connection's thread. */
public interface ConnectionListener {
  /**
   * The peer opened a stream (server side); {@link Http2Stream#listen} says who is told of the
   * rest.
   *
   * @param head valid during the call; if {@link Fields#isTooLarge} it is not whole, and what is to
   *     be answered is 431
   */
  void opened(Http2Stream stream, Fields head);

  /** The peer's settings came for the first time, or changed. */
  default void settingsChanged() {}

  /** A {@link Http2Connection#ping} of ours came back. */
  default void pong(long payload) {}

  /**
   * The peer will take no more streams. Those of ours that it did not process are told that they
   * were refused; the others go on.
   */
  default void goingAway(ErrorCode code) {}

  /**
   * The connection is over: streams that were not at their end were told so before. Called once.
   *
   * @param reason for the log
   */
  void ended(ErrorCode code, String reason);
}
