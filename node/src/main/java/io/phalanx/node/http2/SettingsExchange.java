package io.phalanx.node.http2;

import io.phalanx.node.hpack.HpackDecoder;
import io.phalanx.node.hpack.HpackEncoder;

/**
 * What each side tells the other of its limits, and from when on it holds (RFC 9113, section 6.5).
 */
final class SettingsExchange {
  private final PeerSettings peer;
  private final Streams streams;
  private final HpackEncoder encoder;
  private final HpackDecoder decoder;
  private final int decoderTableSize;
  private boolean came;
  private boolean acknowledged;

  SettingsExchange(
      PeerSettings peer,
      Streams streams,
      HpackEncoder encoder,
      HpackDecoder decoder,
      int decoderTableSize) {
    this.peer = peer;
    this.streams = streams;
    this.encoder = encoder;
    this.decoder = decoder;
    this.decoderTableSize = decoderTableSize;
  }

  /**
   * One of the peer's. The size of its table counts each time that it is said, also within one
   * frame: the smallest one is what it may have thrown away (RFC 7541, section 4.2).
   */
  void set(int number, int value, boolean fromServer) throws ConnectionException {
    peer.set(number, value, fromServer);
    encoder.limit(peer.headerTableSize());
  }

  /** All of the peer's in one frame came; they hold at once. */
  void came(int windowBefore) throws ConnectionException {
    int change = peer.initialWindow() - windowBefore;
    if (change != 0) {
      for (Http2Stream stream : streams.all()) {
        if (!stream.growWindow(change)) {
          throw new ConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
        }
      }
    }
    came = true;
  }

  /** The peer has seen those of this side, and keeps to them. */
  void acknowledged() {
    if (!acknowledged) {
      acknowledged = true;
      decoder.limit(decoderTableSize);
    }
  }

  /** Whether it is known what the peer takes. */
  boolean isPeerKnown() {
    return came;
  }

  /** Whether the peer knows what it may do. */
  boolean isKnownToPeer() {
    return acknowledged;
  }
}
