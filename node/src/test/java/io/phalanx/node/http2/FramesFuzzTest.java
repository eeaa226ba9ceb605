package io.phalanx.node.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.phalanx.node.http2.Side.Seen;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;

/**
 * Whatever a peer sends, and however it comes in pieces: it means one thing only, what is held is
 * bounded, what is said in return are frames that may be, and every stream comes to its end, once.
 */
class FramesFuzzTest {
  private static final Http2Options SMALL =
      new Http2Options(
          4, 1 << 16, 1 << 16, 1000, 20, 256, 256, true, java.time.Duration.ofSeconds(1), 9, 50);
  private static final int HELD_BUFFERS = 4;

  /** How the owner of the connection behaves. */
  private enum Owner {
    READS,
    DOES_NOT_READ,
    DISCARDS,
    ANSWERS,
    ANSWERS_AT_LENGTH,
    RESETS,
    DRAINS,
    SENDS_NOTHING_OUT
  }

  /**
   * Bytes as they are, or, so that frames with a right length come up often, as one byte each for
   * type, flags, stream and length and then the payload.
   */
  private static byte[] frames(byte[] bytes, int from, boolean compact) {
    if (!compact) {
      return Arrays.copyOfRange(bytes, from, bytes.length);
    }
    var raw = new Raw();
    for (int at = from; at + 4 <= bytes.length; ) {
      int end = Math.min(bytes.length, at + 4 + (bytes[at + 3] & 0xff));
      raw.frame(bytes[at] & 0xf, bytes[at + 1], bytes[at + 2] & 0xf, slice(bytes, at + 4, end));
      at = end;
    }
    return raw.bytes();
  }

  private static byte[] slice(byte[] bytes, int from, int to) {
    return Arrays.copyOfRange(bytes, from, to);
  }

  private static void behave(Side side, Owner owner, Seen seen) {
    try {
      switch (owner) {
        case READS, SENDS_NOTHING_OUT -> {}
        case DOES_NOT_READ -> seen.reading = false;
        case DISCARDS -> seen.stream.discardInput();
        case ANSWERS -> {
          seen.stream.sendHead(seen.stream.newHead().status(200).field("x-a", "b"), false);
          seen.stream.write(ByteBuffer.wrap(new byte[20]));
          seen.stream.finish();
        }
        case ANSWERS_AT_LENGTH -> {
          seen.stream.sendHead(seen.stream.newHead().status(200), false);
          seen.whenWritable = FramesFuzzTest::pump;
          pump(seen.stream);
        }
        case RESETS -> seen.stream.reset(ErrorCode.CANCEL);
        case DRAINS -> side.connection.drain(0);
      }
    } catch (StreamResetException _) {
      // The peer was faster.
    }
  }

  private static void pump(Http2Stream stream) {
    try {
      if (stream.write(ByteBuffer.allocate(1 << 16)) >= 0) {
        stream.awaitRoom();
      }
    } catch (StreamResetException _) {
      // It is over.
    }
  }

  /** Feeds a side in pieces, ends it, and tells what it was told. */
  private static String play(Side side, byte[] bytes, int piece, boolean blocked) {
    side.wire.takes = blocked ? 0 : Integer.MAX_VALUE;
    var said = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length && side.connection.wantsInput(); at += piece) {
      side.receive(slice(bytes, at, Math.min(bytes.length, at + piece)));
      if (side.wire.flushWanted) {
        side.wire.flushWanted = false;
        side.connection.flush();
      }
      said.writeBytes(side.wire.bytes());
      assertThat(side.connection.openStreams()).isLessThanOrEqualTo(SMALL.maxConcurrentStreams());
      assertThat(side.wire.taken).isLessThanOrEqualTo(HELD_BUFFERS);
    }
    String told = told(side);
    side.connection.lost("the end");
    said.writeBytes(side.wire.bytes());
    assertSpeaksFrames(side.connection.isServer(), said.toByteArray());
    assertAllOver(side);
    return told;
  }

  /** How much of a body was handed on before its stream was reset is a matter of pieces. */
  private static String told(Side side) {
    var streams = new TreeMap<Integer, String>();
    side.streams.forEach(
        (id, seen) -> {
          boolean cut = seen.events.stream().anyMatch(event -> event.startsWith("reset"));
          List<String> events =
              seen.events.stream().filter(event -> !cut || !event.startsWith("end")).toList();
          streams.put(id, events + (cut ? "" : " " + seen.body));
        });
    return side.events + " " + streams;
  }

  private static void assertAllOver(Side side) {
    assertThat(side.connection.openStreams()).isZero();
    assertThat(side.wire.taken).as("buffers that were not given back").isZero();
    assertThat(side.wire.finished).isTrue();
    assertThat(side.events).filteredOn(event -> event.startsWith("ended")).hasSize(1);
    for (Seen seen : side.streams.values()) {
      assertThat(seen.stream.isOver()).isTrue();
      List<String> ends = seen.events.stream().filter(event -> event.startsWith("reset")).toList();
      assertThat(ends).hasSizeLessThanOrEqualTo(1);
      if (!ends.isEmpty()) {
        assertThat(seen.events).endsWith(ends.getFirst());
      }
    }
  }

  /** Whole frames, of sizes that everyone takes, nothing on a stream behind its end. */
  private static void assertSpeaksFrames(boolean server, byte[] said) {
    int preface = server ? 0 : Math.min(said.length, FrameReader.PREFACE.length);
    List<Wire.Frame> frames = Wire.frames(slice(said, preface, said.length));
    Map<Integer, Boolean> ended = new HashMap<>();
    boolean first = true;
    int headOf = 0;
    for (Wire.Frame frame : frames) {
      assertThat(frame.type == Frames.SETTINGS || !first).isTrue();
      first = false;
      assertThat(frame.payload).hasSizeLessThanOrEqualTo(Frames.MAX_PAYLOAD);
      if (headOf != 0) {
        assertThat(frame.type).isEqualTo(Frames.CONTINUATION);
        assertThat(frame.stream).isEqualTo(headOf);
      }
      boolean head = frame.type == Frames.HEADERS || frame.type == Frames.CONTINUATION;
      headOf = head && !frame.has(Frames.END_HEADERS) ? frame.stream : 0;
      if (head || frame.type == Frames.DATA) {
        assertThat(ended.containsKey(frame.stream)).as("said all on %d", frame.stream).isFalse();
      }
      boolean last = (frame.type == Frames.HEADERS || frame.type == Frames.DATA) && frame.has(1);
      if (last || frame.type == Frames.RST_STREAM) {
        ended.put(frame.stream, true);
      }
    }
  }

  private static void assertOneMeaning(IntFunction<String> playedInPieces) {
    String whole = playedInPieces.apply(Integer.MAX_VALUE / 2);
    for (int piece : new int[] {1, 3, 10}) {
      assertThat(playedInPieces.apply(piece)).isEqualTo(whole);
    }
  }

  @FuzzTest
  void fromClient(byte[] bytes) {
    if (bytes.length < 2) {
      return;
    }
    Owner owner = Owner.values()[bytes[0] & 7];
    boolean greeted = (bytes[0] & 8) == 0;
    byte[] came = frames(bytes, 1, (bytes[0] & 16) != 0);
    byte[] all = greeted ? Raw.client().raw(came).bytes() : came;
    IntFunction<String> played =
        piece -> {
          Side side = Side.freshServer(SMALL);
          side.whenOpened = seen -> behave(side, owner, seen);
          return play(side, all, piece, owner == Owner.SENDS_NOTHING_OUT);
        };
    if (owner == Owner.READS || owner == Owner.DISCARDS || owner == Owner.RESETS) {
      assertOneMeaning(played);
    } else {
      // What goes out in between decides what the owner sees.
      String _ = played.apply(1 + (bytes[1] & 0x3f));
    }
  }

  @FuzzTest
  void fromServer(byte[] bytes) {
    if (bytes.length < 2) {
      return;
    }
    Owner owner = Owner.values()[bytes[0] & 7];
    boolean greeted = (bytes[0] & 8) == 0;
    byte[] came = frames(bytes, 1, (bytes[0] & 16) != 0);
    byte[] all = greeted ? new Raw().frame(Frames.SETTINGS, 0, 0).raw(came).bytes() : came;
    IntFunction<String> played =
        piece -> {
          Side side = Side.client(SMALL);
          ask(side, "GET", true, owner);
          ask(side, "HEAD", true, owner);
          ask(side, "POST", false, owner);
          return play(side, all, piece, owner == Owner.SENDS_NOTHING_OUT);
        };
    if (owner == Owner.READS || owner == Owner.DISCARDS) {
      assertOneMeaning(played);
    } else {
      String _ = played.apply(1 + (bytes[1] & 0x3f));
    }
  }

  private static void ask(Side side, String method, boolean end, Owner owner) {
    Seen seen =
        side.open(side.connection.newHead().request(method, "http", "a.test", "/" + method), end);
    switch (owner) {
      case DOES_NOT_READ -> seen.reading = false;
      case DISCARDS -> seen.stream.discardInput();
      case ANSWERS_AT_LENGTH -> {
        if (!end) {
          seen.whenWritable = FramesFuzzTest::pump;
          pump(seen.stream);
        }
      }
      case READS, ANSWERS, RESETS, DRAINS, SENDS_NOTHING_OUT -> {}
    }
  }
}
