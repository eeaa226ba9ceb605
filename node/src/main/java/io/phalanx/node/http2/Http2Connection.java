package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.hpack.HpackDecoder;
import io.phalanx.node.hpack.HpackEncoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * One connection, of either side. It belongs to one thread and knows no clock: whoever owns the
 * socket calls {@link #receive} with what came and then {@link #flush}, calls {@link #flush} when
 * the {@link Transport} asked for it or can be written again, and {@link #check} now and then.
 *
 * <p>What it holds is bounded by its {@link Http2Options}: of bodies the windows, of heads one that
 * is not whole, and of what goes out 64 KiB and what one call of {@link #receive} adds, as long as
 * the owner does not read while {@link #wantsInput} is false.
 */
public final class Http2Connection {
  /** How often one flush lets streams write again, so that a fast peer does not keep the thread. */
  private static final int ROUNDS = 8;

  private final boolean server;
  private final Http2Options options;
  private final Transport transport;
  private final ConnectionListener listener;
  private final Output output;
  private final FloodGuard guard;
  private final PeerSettings peer = new PeerSettings();
  private final SettingsExchange settings;
  private final HeadWriter headWriter;
  private final HeadReceiver heads;
  private final FrameReader reader;
  private final Streams streams;
  private final RoomQueue waiting;
  private final ArrayDeque<Http2Stream> readable = new ArrayDeque<>(4);
  private final ConnectionWindow window;
  private final Drain drain;
  private boolean peerGoesAway;
  private boolean working;
  private boolean flushAsked;
  private boolean dead;
  private boolean finished;

  private Http2Connection(
      boolean server,
      Http2Options options,
      Transport transport,
      ConnectionListener listener,
      Workspace workspace,
      long now) {
    this.server = server;
    this.options = options;
    this.transport = transport;
    this.listener = listener;
    this.output = new Output(transport, this::outputWanted);
    this.drain = new Drain(output);
    this.guard = new FloodGuard(options, now);
    this.window = new ConnectionWindow(options, transport, output, workspace.heldBodies());
    this.waiting = new RoomQueue(window, output);
    MemoryBound.Share memory = transport.headMemory();
    this.streams = new Streams(this, listener, memory);
    var decoder = new HpackDecoder(workspace.names(), options.decoderTableSize());
    var encoder = new HpackEncoder(workspace.names(), options.encoderTableSize());
    this.settings =
        new SettingsExchange(peer, streams, encoder, decoder, options.decoderTableSize());
    this.headWriter = new HeadWriter(encoder);
    this.heads = new HeadReceiver(this, decoder, memory);
    this.reader = new FrameReader(new FrameHandler(this, heads), server, workspace.payload());
  }

  /**
   * The side that is asked. Sends its settings with the first {@link #flush}.
   *
   * @param workspace of the thread that the connection belongs to
   * @param now nanoseconds, as {@link System#nanoTime}
   */
  public static Http2Connection server(
      Http2Options options,
      Transport transport,
      ConnectionListener listener,
      Workspace workspace,
      long now) {
    var made = new Http2Connection(true, options, transport, listener, workspace, now);
    made.introduce();
    return made;
  }

  /** The side that asks, like {@link #server}; takes no pushes. */
  public static Http2Connection client(
      Http2Options options,
      Transport transport,
      ConnectionListener listener,
      Workspace workspace,
      long now) {
    var made = new Http2Connection(false, options, transport, listener, workspace, now);
    made.output.preface(FrameReader.PREFACE);
    made.introduce();
    return made;
  }

  private void introduce() {
    output.settings(options.settings(server));
    window.open();
  }

  // For the owner of the socket.

  /** Takes all of what came. */
  public void receive(ByteBuffer in) {
    if (!dead) {
      working = true;
      try {
        reader.read(in);
        tellReadable();
      } catch (ConnectionException e) {
        // What came before it counts, whether it came at the same time or not.
        tellReadable();
        fail(e.code(), e.reason());
      } finally {
        working = false;
      }
    }
    in.position(in.limit());
  }

  private void tellReadable() {
    for (Http2Stream next = readable.poll(); next != null; next = readable.poll()) {
      next.input().tell();
    }
  }

  /** Whether more is to be read from the peer; if not, ask again after {@link #flush}. */
  public boolean wantsInput() {
    return !output.isOverfull();
  }

  /**
   * Sends what the peer takes, and lets streams write that waited for room.
   *
   * @return whether all is out; if not, call again when the transport can be written
   */
  public boolean flush() {
    flushAsked = false;
    working = true;
    try {
      for (int round = 0; round < ROUNDS; round++) {
        waiting.serve();
        if (output.isEmpty()) {
          break;
        }
        if (!output.flush()) {
          return false;
        }
      }
    } catch (IOException e) {
      lost("nothing can be sent any more: " + e.getMessage());
    } finally {
      working = false;
    }
    finishIfDone();
    // The rounds may be over, but not what there is to say.
    return output.isEmpty() && !waiting.isReady();
  }

  /** Looks after time limits; to be called about once a second. */
  public void check(long now) {
    guard.refill(now);
    if (reader.isOverdue(now, options.headTimeout().toNanos(), heads.isWithinHead())) {
      fail(ErrorCode.ENHANCE_YOUR_CALM, "a frame or a head was not ended in time");
    }
    if (drain.isOverdue(now)) {
      drain.lastCall(streams.lastOfPeer());
    }
  }

  /** The peer closed its side, or the socket broke: what is not at its end is lost. */
  public void lost(String reason) {
    if (!dead) {
      die(ErrorCode.NO_ERROR, reason);
    }
    output.abandon();
    finishIfDone();
  }

  /** Bytes that went out so far: who sees no more of them while some wait knows a slow reader. */
  public long bytesSent() {
    return output.sent();
  }

  /** Whether nothing waits to be sent. */
  public boolean isFlushed() {
    return output.isEmpty();
  }

  // For both.

  /**
   * Ends the connection in good order: the peer is told to open no more streams, those that are on
   * their way are accepted for a round trip, all are brought to their end, and then the transport
   * is told that it is {@linkplain Transport#finished finished}.
   */
  public void drain(long now) {
    if (dead || drain.isBegun()) {
      return;
    }
    if (server) {
      drain.announce(now);
    } else {
      drain.lastCall(0);
    }
  }

  /** Ends the connection now: streams that are not at their end are lost. */
  public void fail(ErrorCode code, String reason) {
    if (!dead) {
      output.goAway(streams.lastOfPeer(), code, reason);
      die(code, reason);
    }
  }

  private void die(ErrorCode code, String reason) {
    dead = true;
    waiting.clear();
    streams.endAll(code == ErrorCode.NO_ERROR ? ErrorCode.CANCEL : code);
    listener.ended(code, reason);
  }

  private void finishIfDone() {
    boolean done = dead || (drain.isPastLastCall() && streams.isEmpty());
    if (done && !finished && output.isEmpty()) {
      finished = true;
      if (!dead) {
        die(ErrorCode.NO_ERROR, "all is said");
      }
      transport.finished();
    }
  }

  /** The head to be sent next, empty. */
  public HeadWriter newHead() {
    headWriter.begin();
    return headWriter;
  }

  /** Whether {@link #open} would work now (client side). */
  public boolean canOpen() {
    return !isGoingAway() && streams.canOpen(peer.maxConcurrentStreams());
  }

  /**
   * Sends a request (client side). What becomes of it is told to {@code events}.
   *
   * @param end whether there is no body
   * @throws IllegalStateException if there is no place for another stream: see {@link #canOpen}
   */
  public Http2Stream open(HeadWriter head, boolean end, StreamListener events) {
    if (!canOpen()) {
      throw new IllegalStateException("no stream can be opened now");
    }
    Http2Stream stream =
        new Http2Stream(this, streams.nextOwn(), options.streamWindow(), peer.initialWindow());
    stream.asksFor(head);
    stream.listen(events);
    streams.add(stream, true);
    try {
      stream.sendHead(head, end);
    } catch (StreamResetException e) {
      throw new IllegalStateException("a stream that was just opened is over", e);
    }
    return stream;
  }

  /** Asks the peer for a sign of life, which {@link ConnectionListener#pong} gets. */
  public void ping(long payload) {
    if (!dead) {
      output.ping(payload, false);
    }
  }

  /** Streams of this side that the peer takes at one time, as far as it said. */
  public int maxOwnStreams() {
    return peer.maxConcurrentStreams();
  }

  /** Streams that are open now. */
  public int openStreams() {
    return streams.size();
  }

  /** Streams that the peer opened so far, refused ones included. */
  public int streamsOfPeer() {
    return (streams.lastOfPeer() + 1) / 2;
  }

  /** Whether the peer's settings came, so that what it takes is known. */
  public boolean isIntroduced() {
    return settings.isPeerKnown();
  }

  /** Whether nothing more can be done with the connection. */
  public boolean isOver() {
    return dead;
  }

  /**
   * Whether the connection takes no new streams any more, because one side drains, it is over, or
   * there are no numbers left for them.
   */
  public boolean isGoingAway() {
    return dead || peerGoesAway || drain.isBegun() || streams.areUsedUp();
  }

  // For streams and frames.

  private void outputWanted() {
    if (!working && !flushAsked && !finished) {
      flushAsked = true;
      transport.flushSoon();
    }
  }

  boolean isServer() {
    return server;
  }

  Http2Options options() {
    return options;
  }

  Output output() {
    return output;
  }

  PeerSettings peer() {
    return peer;
  }

  SettingsExchange settings() {
    return settings;
  }

  FloodGuard guard() {
    return guard;
  }

  Streams streams() {
    return streams;
  }

  ConnectionWindow window() {
    return window;
  }

  /** Has the stream's listener told when all of what came is taken. */
  void tellSoon(Http2Stream stream) {
    readable.add(stream);
  }

  void queueForRoom(Http2Stream stream) {
    waiting.add(stream);
    if (output.isEmpty() && window.sendable() > 0) {
      outputWanted();
    }
  }

  /** Those that wait for their turn to write. */
  RoomQueue waiting() {
    return waiting;
  }

  void settingsCame(int windowBefore) throws ConnectionException {
    settings.came(windowBefore);
    output.settingsAck();
    listener.settingsChanged();
  }

  void pong(long payload) {
    if (drain.isAnsweredBy(payload)) {
      drain.lastCall(streams.lastOfPeer());
    } else {
      listener.pong(payload);
    }
  }

  void peerGoesAway(int last, ErrorCode code) {
    peerGoesAway = true;
    streams.refusedBehind(last);
    listener.goingAway(code);
  }

  /** Whether streams that the peer opens are looked at no more. */
  boolean isPastLastCall() {
    return drain.isPastLastCall();
  }
}
