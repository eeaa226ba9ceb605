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

  /** The peer's came; they hold at once. */
  void came(int windowBefore) throws ConnectionException {
    encoder.limit(peer.headerTableSize());
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
