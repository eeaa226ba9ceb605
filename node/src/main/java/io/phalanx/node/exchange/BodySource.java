package io.phalanx.node.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A body as it comes in. All calls, and the calls back, are on the exchange's I/O thread. */
public interface BodySource {
  /**
   * The length if the sender announced one, 0 if there is no body, -1 if it ends by its framing.
   */
  long length();

  /**
   * Whether the client waits with the body for leave to send it (RFC 9110, section 10.1.1), which
   * the first {@link #read} gives. A server that is to decide is asked before anything is read.
   */
  default boolean isLeaveAwaited() {
    return false;
  }

  /**
   * Reads what is there without waiting.
   *
   * @return the number of bytes, 0 if there are none now, -1 at the end of the body
   * @throws MalformedBodyException if the sender broke the framing, or the coding
   * @throws IOException if it is gone
   */
  int read(ByteBuffer into) throws IOException;

  /**
   * What followed the body; nothing before {@link #read} said that it is at its end. Within the
   * bounds of {@link Trailers}: a body with more is broken framing.
   */
  Trailers trailers();

  /** Calls {@code ready} once when there is something to read, or the end, or a failure. */
  void whenReadable(Runnable ready);

  /** Forgets whoever was to be called, and waits for nothing. */
  default void stopWaiting() {}
}
