package io.phalanx.node.http2;

import java.time.Duration;

/**
 * What one side of a connection takes. All of it is enforced, not only told.
 *
 * @param maxConcurrentStreams streams of the peer at one time; those beyond are refused
 * @param streamWindow bytes of one stream's body that are held for a slow reader, at least 65,535
 * @param connectionWindow the same for all streams of the connection together, at least 65,535
 * @param maxHeaderBytes of one head, each field counted with 32 bytes more (RFC 9113, section
 *     10.5.1)
 * @param maxHeaderFields of one head
 * @param decoderTableSize bytes of the table for received fields
 * @param encoderTableSize most bytes of the table for sent fields, whatever the peer allows
 * @param acceptConnectProtocol whether the peer may ask for other protocols (RFC 8441)
 * @param headTimeout for a head, or any frame but DATA, from its first byte to its last
 * @param maxResets resets, by the peer or made necessary by it, at once; a tenth of them more each
 *     second, and one for each stream that came to its end. Streams that this side opened do not
 *     count
 * @param maxIdleFrames frames that carry nothing (SETTINGS, PING, PRIORITY, WINDOW_UPDATE, unknown
 *     ones, empty DATA) at once; a tenth of them more each second, and four for each head and body
 *     frame
 */
public record Http2Options(
    int maxConcurrentStreams,
    int streamWindow,
    int connectionWindow,
    int maxHeaderBytes,
    int maxHeaderFields,
    int decoderTableSize,
    int encoderTableSize,
    boolean acceptConnectProtocol,
    Duration headTimeout,
    int maxResets,
    int maxIdleFrames) {
  public static final Http2Options DEFAULTS =
      new Http2Options(
          250,
          128 << 10,
          2 << 20,
          1 << 20,
          200,
          4096,
          4096,
          false,
          Duration.ofSeconds(60),
          200,
          2000);

  public Http2Options {
    check(maxConcurrentStreams >= 0, "maxConcurrentStreams");
    check(streamWindow >= Frames.FIRST_WINDOW, "streamWindow");
    check(connectionWindow >= Frames.FIRST_WINDOW, "connectionWindow");
    check(maxHeaderBytes > 0, "maxHeaderBytes");
    check(maxHeaderFields > 0, "maxHeaderFields");
    check(decoderTableSize >= 0, "decoderTableSize");
    check(encoderTableSize >= 0, "encoderTableSize");
    check(maxResets > 0, "maxResets");
    check(maxIdleFrames > 0, "maxIdleFrames");
  }

  /** The settings that say so, as pairs of number and value. */
  int[] settings(boolean server) {
    return new int[] {
      Frames.SETTING_HEADER_TABLE_SIZE,
      decoderTableSize,
      server ? Frames.SETTING_MAX_CONCURRENT_STREAMS : Frames.SETTING_ENABLE_PUSH,
      server ? maxConcurrentStreams : 0,
      Frames.SETTING_INITIAL_WINDOW_SIZE,
      streamWindow,
      Frames.SETTING_MAX_HEADER_LIST_SIZE,
      maxHeaderBytes,
      Frames.SETTING_ENABLE_CONNECT_PROTOCOL,
      server && acceptConnectProtocol ? 1 : 0
    };
  }

  private static void check(boolean well, String name) {
    if (!well) {
      throw new IllegalArgumentException(name + " is out of its range");
    }
  }
}
