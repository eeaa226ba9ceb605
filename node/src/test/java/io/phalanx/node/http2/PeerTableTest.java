package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.phalanx.node.http2.Wire.Frame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the peer says of its table for heads (RFC 7541, section 4.2). */
class PeerTableTest {
  /** A table of nothing, and then one of 4096 bytes. */
  private static final byte[] EMPTIED_AND_AS_BEFORE = {0x20, 0x3f, (byte) 0xe1, 0x1f};

  private static final byte[] SAID_AT_ONCE =
      ByteBuffer.allocate(12)
          .putShort((short) Frames.SETTING_HEADER_TABLE_SIZE)
          .putInt(0)
          .putShort((short) Frames.SETTING_HEADER_TABLE_SIZE)
          .putInt(4096)
          .array();

  private static Raw saidAtOnce() {
    return new Raw().frame(Frames.SETTINGS, 0, 0, SAID_AT_ONCE);
  }

  private static Raw saidOneByOne() {
    return new Raw()
        .setting(Frames.SETTING_HEADER_TABLE_SIZE, 0)
        .setting(Frames.SETTING_HEADER_TABLE_SIZE, 4096);
  }

  private static Frame headOf(Side side) {
    return side.frames().stream()
        .filter(frame -> frame.type == Frames.HEADERS)
        .findFirst()
        .orElseThrow();
  }

  private static Frame answer(Side server, int stream) throws StreamResetException {
    server.receive(new Raw().get(stream));
    Http2Stream asked = server.stream(stream).stream;
    asked.sendHead(asked.newHead().status(200).field("x-a", "b"), true);
    return headOf(server);
  }

  private static Frame question(Side client) {
    client.open(
        client.connection.newHead().request("GET", "http", "a.test", "/").field("x-a", "b"), true);
    return headOf(client);
  }

  private static byte[] firstFour(Frame head) {
    return Arrays.copyOf(head.payload, 4);
  }

  @Test
  void aServersAnswerTellsTheSmallestSizeOfAFrameBeforeItsLast() throws Exception {
    for (Raw said : new Raw[] {saidOneByOne(), saidAtOnce()}) {
      Side server = Side.server();
      int fresh = answer(server, 1).payload.length;

      server.receive(said);

      Frame next = answer(server, 3);
      assertThat(firstFour(next)).isEqualTo(EMPTIED_AND_AS_BEFORE);
      assertThat(next.payload).hasSize(4 + fresh);
    }
  }

  @Test
  void aClientsRequestTellsItAsWell() {
    for (Raw said : new Raw[] {saidOneByOne(), saidAtOnce()}) {
      Side client = Side.client(Http2Options.DEFAULTS);
      client.receive(new Raw().frame(Frames.SETTINGS, 0, 0));
      client.wire.bytes();
      int fresh = question(client).payload.length;

      client.receive(said);

      Frame next = question(client);
      assertThat(firstFour(next)).isEqualTo(EMPTIED_AND_AS_BEFORE);
      assertThat(next.payload).hasSize(4 + fresh);
    }
  }
}
