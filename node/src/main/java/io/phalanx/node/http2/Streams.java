package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The streams of a connection: which are open, which may be, and which were not long ago. */
final class Streams {
  /** Streams of clients reset here whose frames may still be on their way. */
  private static final int REMEMBERED = 128;

  /** How many of the largest heads all open streams of the peer may have together. */
  private static final int LARGEST_HEADS = 4;

  /**
   * Bytes that a request holds beside its head until it is answered: its stream, its exchange, and
   * its place in what it waits for.
   */
  private static final int BESIDE_HEAD = 2 << 10;

  private final Http2Connection connection;
  private final ConnectionListener listener;

  private final MemoryBound.Share memory;
  private final boolean server;
  private final int maxOfPeer;
  private final long maxHeadBytes;
  private final StreamTable open = new StreamTable();
  private int[] resets = {};
  private int resetCount;
  private int own;
  private int ofPeer;
  private int lastOfPeer;
  private int nextOwn;
  private long headBytes;

  Streams(Http2Connection connection, ConnectionListener listener, MemoryBound.Share memory) {
    this.memory = memory;
    Http2Options options = connection.options();
    this.connection = connection;
    this.listener = listener;
    this.server = connection.isServer();
    this.maxOfPeer = server ? options.maxConcurrentStreams() : 0;
    this.maxHeadBytes = (long) LARGEST_HEADS * options.maxHeaderBytes();
    this.nextOwn = server ? 2 : 1;
  }

  /** The stream, or null if it is not open. */
  @Nullable Http2Stream get(int id) {
    return open.get(id);
  }

  List<Http2Stream> all() {
    return open.all();
  }

  int size() {
    return open.size();
  }

  boolean isEmpty() {
    return open.size() == 0;
  }

  /** Clients' numbers are odd, servers' even (RFC 9113, section 5.1.1). */
  boolean isOwn(int id) {
    return (id & 1) == (server ? 0 : 1);
  }

  boolean isIdle(int id) {
    // There is no next one behind the last number.
    return isOwn(id) ? !areUsedUp() && id >= nextOwn : id > lastOfPeer;
  }

  void checkNotIdle(int id) throws ConnectionException {
    if (id == 0 || (isIdle(id) && !isUnheard(id))) {
      throw ConnectionException.protocol("a frame on a stream that was not opened");
    }
  }

  boolean canOpen(int maxOwn) {
    return own < maxOwn;
  }

  /** Whether there are no numbers left for streams of this side. */
  boolean areUsedUp() {
    return nextOwn < 0;
  }

  int nextOwn() {
    int id = nextOwn;
    nextOwn += 2;
    return id;
  }

  void add(Http2Stream stream, boolean isOwn) {
    open.add(stream);
    if (isOwn) {
      own++;
    } else {
      ofPeer++;
      headBytes += stream.headBytes();
    }
  }

  /** Returns whether it was open. */
  boolean remove(Http2Stream stream) {
    if (!open.remove(stream)) {
      return false;
    }
    if (isOwn(stream.id())) {
      own--;
    } else {
      ofPeer--;
      headBytes -= stream.headBytes();
      memory.give(stream.headBytes() + BESIDE_HEAD);
    }
    return true;
  }

  int lastOfPeer() {
    return lastOfPeer;
  }

  /** The peer opens a stream, with this head. */
  void opens(int id, Fields head, boolean end) throws ConnectionException {
    if (isOwn(id) || !server) {
      throw ConnectionException.protocol("a stream with a number of the other side");
    }
    if (connection.isPastLastCall()) {
      return; // It was told that nothing becomes of such a stream.
    }
    lastOfPeer = id;
    boolean bodyMissing = end && head.contentLength() > 0 && !head.isTooLarge();
    if (head.malformed() != null || bodyMissing) {
      error(id, null, ErrorCode.PROTOCOL_ERROR);
    } else if (ofPeer >= maxOfPeer || (ofPeer > 0 && headBytes + head.bytes() > maxHeadBytes)) {
      refuse(id);
    } else if (!memory.take(headBytes(head) + BESIDE_HEAD)) {
      resetHere(id, ErrorCode.REFUSED_STREAM); // Others may be to blame.
    } else {
      Http2Options options = connection.options();
      int sendWindow = connection.peer().initialWindow();
      var stream = new Http2Stream(connection, id, options.streamWindow(), sendWindow);
      stream.received(head, end);
      add(stream, false);
      listener.opened(stream, head);
    }
  }

  /** What a head holds: of one that is too large, not all was kept. */
  private long headBytes(Fields head) {
    return Math.min(head.bytes(), connection.options().maxHeaderBytes());
  }

  /** Whether there is room for trailers, which are held beside the head until they are read. */
  boolean hasRoom(Http2Stream stream, Fields trailers) {
    if (isOwn(stream.id())) {
      return true;
    }
    long more = trailers.bytes();
    if (headBytes + more > maxHeadBytes || !memory.take(more)) {
      return false;
    }
    headBytes += more;
    stream.addHeadBytes(more);
    return true;
  }

  /** Before the peer knows how many streams it may open, it is not to blame for more. */
  private void refuse(int id) throws ConnectionException {
    if (connection.settings().isKnownToPeer()) {
      connection.guard().reset();
    }
    resetHere(id, ErrorCode.REFUSED_STREAM);
  }

  private void resetHere(int id, ErrorCode code) {
    if (server) {
      remember(id);
    }
    connection.output().reset(id, code);
  }

  private void remember(int id) {
    if (resets.length == 0) {
      resets = new int[REMEMBERED];
    }
    resets[resetCount++ & (REMEMBERED - 1)] = id;
  }

  /**
   * A stream ends before its end because of the peer. It costs a server nothing but the request
   * that it was asked for: how many there are is up to this side.
   */
  void countReset(@Nullable Http2Stream stream) throws ConnectionException {
    if (stream == null || !isOwn(stream.id())) {
      connection.guard().reset();
    }
  }

  /** The peer did something wrong on a stream, which may not be open. */
  void error(int id, @Nullable Http2Stream stream, ErrorCode code) throws ConnectionException {
    countReset(stream);
    resetHere(id, code);
    if (stream != null && remove(stream)) {
      stream.end(code);
      stream.listener().reset(code, false);
    }
  }

  void resetByUs(Http2Stream stream, ErrorCode code) {
    if (remove(stream)) {
      resetHere(stream.id(), code);
      stream.end(code);
    }
  }

  /** Ends a stream for which there is no room any more. */
  void giveUp(Http2Stream stream) {
    if (remove(stream)) {
      resetHere(stream.id(), ErrorCode.ENHANCE_YOUR_CALM);
      stream.end(ErrorCode.ENHANCE_YOUR_CALM);
      stream.listener().reset(ErrorCode.ENHANCE_YOUR_CALM, false);
    }
  }

  /**
   * An answer that is whole stays so, whatever is said behind it of the rest of its request (RFC
   * 9113, section 8.1). Whoever asked and left reads no answer, and nobody what it sent, though
   * that may be whole.
   */
  void endedByPeer(Http2Stream stream, ErrorCode code) {
    if (remove(stream)) {
      stream.end(!server && stream.isInputEnded() ? ErrorCode.NO_ERROR : code);
      stream.listener().reset(code, true);
      if (server) {
        stream.discardInput();
      }
    }
  }

  /** The connection is over, and every stream with it. */
  void endAll(ErrorCode code) {
    for (Http2Stream stream : all()) {
      endedByPeer(stream, code);
    }
  }

  /** The peer looks at no stream of this side with a number above {@code last}. */
  void refusedBehind(int last) {
    for (Http2Stream stream : all()) {
      if (isOwn(stream.id()) && stream.id() > last) {
        endedByPeer(stream, ErrorCode.REFUSED_STREAM);
      }
    }
  }

  /** One side of a stream has said all; if it is the second one, that was it. */
  void closeIfEnded(Http2Stream stream) {
    if (stream.isInputEnded() && stream.isOutputEnded() && remove(stream)) {
      stream.end(ErrorCode.NO_ERROR);
      connection.guard().streamEnded();
    }
  }

  /**
   * Whether what comes on a stream that is closed was on its way when it was. A client may say so
   * of streams that were reset here not long ago; a server of all that were opened, because its
   * connection is shared by requests that have nothing to do with each other.
   */
  boolean isIgnored(int id) {
    if (!server) {
      return isOwn(id);
    }
    if (isUnheard(id)) {
      return true;
    }
    for (int reset : resets) {
      if (reset == id) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether it may be a stream that came behind the last one that was named: its frames were on
   * their way, and are looked at no more (RFC 9113, section 6.8).
   */
  private boolean isUnheard(int id) {
    return connection.isPastLastCall() && !isOwn(id) && id > lastOfPeer;
  }
}
