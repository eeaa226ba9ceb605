package io.phalanx.node.http2;

/** Numbers of RFC 9113, sections 4 and 6. */
final class Frames {
  static final int HEADER = 9;

  /** The largest frame that is taken, and what everyone must take. */
  static final int MAX_PAYLOAD = 16_384;

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int ACK = 0x1;
  static final int END_STREAM = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int WITH_PRIORITY = 0x20;

  static final int SETTING_HEADER_TABLE_SIZE = 1;
  static final int SETTING_ENABLE_PUSH = 2;
  static final int SETTING_MAX_CONCURRENT_STREAMS = 3;
  static final int SETTING_INITIAL_WINDOW_SIZE = 4;
  static final int SETTING_MAX_FRAME_SIZE = 5;
  static final int SETTING_MAX_HEADER_LIST_SIZE = 6;
  static final int SETTING_ENABLE_CONNECT_PROTOCOL = 8;

  /** The window that streams and connections begin with. */
  static final int FIRST_WINDOW = 65_535;

  private Frames() {}

  static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  /** A number without its highest bit, which is reserved. */
  static int int31(byte[] bytes, int at) {
    return int32(bytes, at) & Integer.MAX_VALUE;
  }
}
