package io.phalanx.node.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A body as it goes out. All calls, and the calls back, are on the exchange's I/O thread. Nothing
 * is kept: what was not taken stays in the buffer.
 */
public interface BodySink {
  /**
   * Writes what the other side takes without waiting; the head goes out with the first bytes.
   *
   * @return the number of bytes taken, 0 if none are taken now
   */
  int write(ByteBuffer from) throws IOException;

  /**
   * Has {@code trailers} sent behind the body, if the protocol and the framing of the message have
   * a place for them; else they are dropped. At most once, before {@link #finish}.
   */
  void trailers(Trailers trailers);

  /**
   * Ends the body and pushes out what is left of it.
   *
   * @return whether all is out; if not, call again when {@link #whenWritable writable}
   */
  boolean finish() throws IOException;

  /** Pushes out what was written so far, for a sender that pauses. Returns whether all is out. */
  boolean flush() throws IOException;

  /** Calls {@code ready} once when there is room again, or a failure. */
  void whenWritable(Runnable ready);
}
