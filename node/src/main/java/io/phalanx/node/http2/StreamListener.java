package io.phalanx.node.http2;

/**
 * Told what becomes of one stream. Called in the connection's thread, from within {@link
 * Http2Connection#receive}, {@link Http2Connection#flush} or the call that ended the stream.
 */
public interface StreamListener {
  /** An interim answer came (client side). The fields are valid during the call. */
  default void interim(Fields head) {}

  /** The head of the answer came (client side). The fields are valid during the call. */
  default void answered(Fields head) {}

  /** There is more to {@linkplain Http2Stream#read read}, or the end. */
  void readable();

  /** There may be room to write again, for which {@link Http2Stream#awaitRoom} asked. */
  void writable();

  /**
   * The stream is over before its end; not called for what {@link Http2Stream#reset} did.
   *
   * @param code REFUSED_STREAM only if the peer did nothing with the stream
   * @param byPeer whether the peer ended it, else this side, because of what the peer did
   */
  void reset(ErrorCode code, boolean byPeer);
}
