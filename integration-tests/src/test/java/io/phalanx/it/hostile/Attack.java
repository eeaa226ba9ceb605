package io.phalanx.it.hostile;

import io.phalanx.it.hostile.Onslaught.Script;

/** What is done to a node, each by as many connections at a time as stand behind it. */
enum Attack {
  HEADS_BYTE_BY_BYTE(1000, true, PlainAttacks::slowHead),
  BODIES_THAT_STALL(1000, true, PlainAttacks::stalledBody),
  BODIES_BYTE_BY_BYTE(1000, false, PlainAttacks::slowBody),
  SLOW_READERS(500, true, PlainAttacks::slowReader),
  IDLE_CONNECTIONS(10_000, false, PlainAttacks::idle),
  LARGE_HEADS(50, true, PlainAttacks::largeHead),
  MANY_LINES(16, true, PlainAttacks::manyLines),
  TINY_CHUNKS(4, false, PlainAttacks::tinyChunks),
  NEW_NAMES(4, false, PlainAttacks::newNames),
  UPLOADS_NOBODY_TAKES(2000, false, PlainAttacks::uploadNobodyTakes),
  PIPELINED_REQUESTS(4, false, PlainAttacks::pipeline),
  COMING_AND_GOING(4, false, PlainAttacks::comeAndGo),
  ONE_BYTE_AHEAD_AND_GONE(200, false, PlainAttacks::oneByteAhead),
  RAPID_RESET(16, true, FrameAttacks.rapidReset()),
  MADE_YOU_RESET(16, true, FrameAttacks.madeYouReset()),
  CONTINUATION_FLOOD(16, true, FrameAttacks.continuations()),
  SETTINGS_FLOOD(16, true, FrameAttacks.settings()),
  PING_FLOOD(16, true, FrameAttacks.pings()),
  EMPTY_DATA_FLOOD(16, true, FrameAttacks.emptyData()),
  CLOSED_WINDOWS(100, true, FrameAttacks::closedWindows),
  DRIPPING_WINDOWS(4, false, FrameAttacks::drippingWindows),
  TINY_DATA(4, false, FrameAttacks::tinyData),
  HPACK_BOMBS(16, false, FrameAttacks.bombs()),
  LARGE_HEADS_OF_HTTP2(50, true, FrameAttacks.largeHeads()),
  NEW_NAMES_OF_HTTP2(4, false, FrameAttacks::newNames),
  REQUESTS_NOBODY_TAKES(1000, false, FrameAttacks::requestsNobodyTakes),
  UPLOADS_OF_HTTP2_NOBODY_TAKES(300, true, FrameAttacks::uploadsNobodyTakes),
  HANDSHAKES(8, false, TlsAttacks::handshake),
  HALF_HANDSHAKES(500, true, TlsAttacks::half),
  SPLIT_CLIENT_HELLOS(50, true, TlsAttacks::splitHello);

  private final int connections;
  private final boolean offence;

  @SuppressWarnings("ImmutableEnumChecker") // Scripts hold nothing that changes.
  private final Script script;

  /**
   * @param connections at a time
   * @param offence whether the node has to end them
   */
  Attack(int connections, boolean offence, Script script) {
    this.connections = connections;
    this.offence = offence;
    this.script = script;
  }

  int connections() {
    return connections;
  }

  boolean isOffence() {
    return offence;
  }

  Script script() {
    return script;
  }

  boolean isOnTls() {
    return switch (this) {
      case HANDSHAKES, HALF_HANDSHAKES, SPLIT_CLIENT_HELLOS -> true;
      default -> false;
    };
  }
}
