package io.phalanx.node.http2;

import java.util.ArrayDeque;

/** The open streams that have something to write and wait for their turn. */
final class RoomQueue {
  private final ConnectionWindow window;
  private final Output output;
  private final ArrayDeque<Http2Stream> streams = new ArrayDeque<>(4);

  RoomQueue(ConnectionWindow window, Output output) {
    this.window = window;
    this.output = output;
  }

  void add(Http2Stream stream) {
    streams.add(stream);
  }

  /** The stream is over: for its turn it might wait as long as the peer wants. */
  void remove(Http2Stream stream) {
    streams.remove(stream);
  }

  void clear() {
    streams.clear();
  }

  int size() {
    return streams.size();
  }

  /** Whether the window has something for a stream that waits. */
  boolean isReady() {
    return !streams.isEmpty() && window.sendable() > 0;
  }

  /** Lets each write once, as long as there is room. */
  void serve() {
    for (int left = streams.size(); left > 0 && window.sendable() > 0 && output.hasRoom(); left--) {
      Http2Stream next = streams.poll();
      if (next == null) {
        return; // One that wrote has ended others.
      }
      next.roomFound();
    }
  }
}
