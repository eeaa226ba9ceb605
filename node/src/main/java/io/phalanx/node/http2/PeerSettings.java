package io.phalanx.node.http2;

/** What the other side said it takes (RFC 9113, section 6.5.2). */
final class PeerSettings {
  private int maxConcurrentStreams = Integer.MAX_VALUE;
  private int initialWindow = Frames.FIRST_WINDOW;
  private int maxFrameSize = Frames.MAX_PAYLOAD;
  private int headerTableSize = 4096;
  private boolean connectProtocol;

  /** Takes one setting; one that is not known is left aside. */
  void set(int number, int value, boolean fromServer) throws ConnectionException {
    switch (number) {
      case Frames.SETTING_HEADER_TABLE_SIZE ->
          headerTableSize = value < 0 ? Integer.MAX_VALUE : value;
      case Frames.SETTING_ENABLE_PUSH ->
          check(value == 0 || (value == 1 && !fromServer), "ENABLE_PUSH");
      case Frames.SETTING_MAX_CONCURRENT_STREAMS ->
          maxConcurrentStreams = value < 0 ? Integer.MAX_VALUE : value;
      case Frames.SETTING_INITIAL_WINDOW_SIZE -> {
        if (value < 0) {
          throw new ConnectionException(ErrorCode.FLOW_CONTROL_ERROR, "a window that is too large");
        }
        initialWindow = value;
      }
      case Frames.SETTING_MAX_FRAME_SIZE -> {
        check(value >= Frames.MAX_PAYLOAD && value < 1 << 24, "MAX_FRAME_SIZE");
        maxFrameSize = value;
      }
      case Frames.SETTING_ENABLE_CONNECT_PROTOCOL -> {
        check(value == 1 || (value == 0 && !connectProtocol), "ENABLE_CONNECT_PROTOCOL");
        connectProtocol = value == 1;
      }
      default -> {}
    }
  }

  private static void check(boolean well, String setting) throws ConnectionException {
    if (!well) {
      throw ConnectionException.protocol("a value of " + setting + " that may not be");
    }
  }

  int maxConcurrentStreams() {
    return maxConcurrentStreams;
  }

  int initialWindow() {
    return initialWindow;
  }

  int maxFrameSize() {
    return maxFrameSize;
  }

  int headerTableSize() {
    return headerTableSize;
  }
}
