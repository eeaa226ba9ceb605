package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One side of a connection under test, and all that it was told. */
final class Side implements ConnectionListener {
  /** What became of one stream. */
  static final class Seen implements StreamListener {
    final Http2Stream stream;
    final List<String> events = new ArrayList<>();
    final StringBuilder body = new StringBuilder();
    boolean reading = true;
    boolean ended;
    Consumer<Http2Stream> whenWritable = _ -> {};

    Seen(Http2Stream stream) {
      this.stream = stream;
    }

    @Override
    public void interim(Fields head) {
      events.add("interim " + text(head));
    }

    @Override
    public void answered(Fields head) {
      events.add("answered " + text(head));
    }

    @Override
    public void readable() {
      if (reading) {
        read();
      }
    }

    void read() {
      try {
        var into = ByteBuffer.allocate(1000);
        int count;
        while ((count = stream.read(into.clear())) > 0) {
          body.append(new String(into.array(), 0, count, StandardCharsets.ISO_8859_1));
        }
        if (count < 0 && !ended) {
          ended = true;
          events.add("end" + stream.trailers().map(fields -> " " + text(fields)).orElse(""));
        }
      } catch (StreamResetException e) {
        events.add("unreadable " + e.code());
      }
    }

    @Override
    public void writable() {
      whenWritable.accept(stream);
    }

    @Override
    public void reset(ErrorCode code, boolean byPeer) {
      events.add((byPeer ? "reset by peer " : "reset ") + code);
    }
  }

  final Wire wire;
  final Map<Integer, Seen> streams = new HashMap<>();
  final List<String> events = new ArrayList<>();
  final Http2Connection connection;
  Consumer<Seen> whenOpened = _ -> {};

  private Side(
      boolean server,
      Http2Options options,
      MemoryBound.Share bodies,
      MemoryBound.Share windows,
      Workspace workspace) {
    wire = new Wire(bodies, windows);
    connection =
        server
            ? Http2Connection.server(options, wire, this, workspace, 0)
            : Http2Connection.client(options, wire, this, workspace, 0);
  }

  static Side server() {
    return server(Http2Options.DEFAULTS);
  }

  /** A server that has had the client's preface and has said its own. */
  static Side server(Http2Options options) {
    return server(options, MemoryBound.nothing());
  }

  static Side server(Http2Options options, MemoryBound.Share bodies) {
    return server(options, bodies, MemoryBound.unbounded(), new Workspace());
  }

  static Side server(
      Http2Options options,
      MemoryBound.Share bodies,
      MemoryBound.Share windows,
      Workspace workspace) {
    var side = new Side(true, options, bodies, windows, workspace);
    side.receive(Raw.client().frame(Frames.SETTINGS, Frames.ACK, 0));
    side.wire.bytes();
    return side;
  }

  static Side freshServer(Http2Options options) {
    return new Side(true, options, MemoryBound.nothing(), MemoryBound.unbounded(), new Workspace());
  }

  static Side client(Http2Options options) {
    return new Side(
        false, options, MemoryBound.nothing(), MemoryBound.unbounded(), new Workspace());
  }

  void receive(Raw raw) {
    receive(raw.bytes());
  }

  void receive(byte[] bytes) {
    connection.receive(ByteBuffer.wrap(bytes));
    connection.flush();
  }

  /** What the side sent since the last call. */
  List<Wire.Frame> frames() {
    if (wire.flushWanted) {
      wire.flushWanted = false;
      connection.flush();
    }
    return wire.frames();
  }

  Seen open(HeadWriter head, boolean end) {
    Http2Stream stream = connection.open(head, end, Nobody.INSTANCE);
    var seen = new Seen(stream);
    stream.listen(seen);
    streams.put(stream.id(), seen);
    return seen;
  }

  Seen stream(int id) {
    Seen seen = streams.get(id);
    if (seen == null) {
      throw new AssertionError("no stream " + id + " was opened, but " + streams.keySet());
    }
    return seen;
  }

  @Override
  public void opened(Http2Stream stream, Fields head) {
    var seen = new Seen(stream);
    seen.events.add("opened " + text(head));
    stream.listen(seen);
    streams.put(stream.id(), seen);
    whenOpened.accept(seen);
  }

  @Override
  public void goingAway(ErrorCode code) {
    events.add("going away " + code);
  }

  @Override
  public void pong(long payload) {
    events.add("pong " + payload);
  }

  @Override
  public void ended(ErrorCode code, String reason) {
    events.add("ended " + code);
  }

  static String text(Fields head) {
    var text = new StringBuilder();
    if (head.isTooLarge()) {
      return "too large";
    }
    if (head.status() > 0) {
      text.append(head.status());
    } else if (!head.method().isEmpty()) {
      text.append(head.method()).append(' ').append(head.scheme()).append("://");
      text.append(head.authority()).append(head.path());
      if (!head.protocol().isEmpty()) {
        text.append(" for ").append(head.protocol());
      }
    }
    for (int i = 0; i < head.size(); i++) {
      text.append(text.isEmpty() ? "" : ", ").append(head.name(i).header());
      text.append('=').append(head.value(i));
    }
    return text.toString();
  }

  /** Carries bytes between two sides until both are silent. */
  static void exchange(Side a, Side b) {
    for (boolean more = true; more; ) {
      more = carry(a, b);
      more |= carry(b, a);
    }
  }

  private static boolean carry(Side from, Side to) {
    from.wire.flushWanted = false;
    from.connection.flush();
    byte[] bytes = from.wire.bytes();
    if (bytes.length > 0) {
      to.receive(bytes);
    }
    return bytes.length > 0;
  }
}
