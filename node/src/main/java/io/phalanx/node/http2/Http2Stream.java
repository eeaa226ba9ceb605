package io.phalanx.node.http2;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream: a request and its answer. All calls are in the connection's thread. Nothing blocks:
 * what cannot be written now is left, and {@link #awaitRoom} tells when to try again.
 */
public final class Http2Stream {
  /** Pieces of a body below this that a window cuts off are worth no credit. */
  private static final int SMALL_PIECE = 256;

  private final Http2Connection connection;
  private final int id;
  private final StreamInput input;
  private StreamListener listener = Nobody.INSTANCE;
  private @Nullable ErrorCode ended;
  private boolean connect;
  private boolean tunnel;
  private boolean headReceived;
  private boolean outputEnded;
  private boolean awaitsRoom;
  private boolean queuedForRoom;

  private int sendWindow;
  private long headBytes;

  private @Nullable ByteBuffer lastFrameIn;
  private int lastFrameFlags;
  private long lastFrameFlush;

  Http2Stream(Http2Connection connection, int id, int receiveWindow, int sendWindow) {
    this.connection = connection;
    this.id = id;
    this.input = new StreamInput(connection, this, receiveWindow);
    this.sendWindow = sendWindow;
  }

  public int id() {
    return id;
  }

  /** Tells {@code events} what becomes of the stream. */
  public void listen(StreamListener events) {
    listener = events;
  }

  StreamListener listener() {
    return listener;
  }

  // What comes.

  /** What comes behind the head. */
  StreamInput input() {
    return input;
  }

  /** Told on the side that asks: what its answer is depends on that. */
  void asksFor(HeadWriter head) {
    input.bodiless(head.isBodiless());
    connect = head.isConnect();
  }

  /**
   * Takes the head of a request, or of an answer that is final.
   *
   * @param end whether there is no body
   */
  void received(Fields head, boolean end) {
    headReceived = true;
    tunnel = head.isConnect() || (connect && head.status() / 100 == 2);
    headBytes = Math.min(head.bytes(), connection.options().maxHeaderBytes());
    input.begin(head, end);
  }

  /**
   * Reads what is there of the body. What is read is what the peer may send again.
   *
   * @return the number of bytes, 0 if there are none now, -1 at the end
   * @throws StreamResetException if the stream is over before its end
   */
  public int read(ByteBuffer into) throws StreamResetException {
    return input.read(into);
  }

  /** What came behind the body; known when {@link #read} has told its end. */
  public Optional<Fields> trailers() {
    return input.trailers();
  }

  /** Whether {@link #read} would give something else than 0. */
  public boolean isReadable() {
    return input.isReadable();
  }

  /** Whether the peer has sent all, though perhaps not all was read. */
  public boolean isInputEnded() {
    return input.isEnded();
  }

  /** Nobody will read what is there and what comes. */
  public void discardInput() {
    input.discard();
  }

  // What goes.

  /** The connection's {@link Http2Connection#newHead}. */
  public HeadWriter newHead() {
    return connection.newHead();
  }

  /** Sends an interim head (1xx). */
  public void sendInterim(HeadWriter head) throws StreamResetException {
    send(head, false);
  }

  /**
   * Sends the head of an answer.
   *
   * @param end whether nothing follows
   */
  public void sendHead(HeadWriter head, boolean end) throws StreamResetException {
    send(head, end);
    if (end) {
      outputEnded();
    }
  }

  /** Sends trailers, and with them the end. */
  public void sendTrailers(HeadWriter fields) throws StreamResetException {
    send(fields, true);
    outputEnded();
  }

  private void send(HeadWriter head, boolean end) throws StreamResetException {
    checkOutput();
    int length = head.end();
    connection.output().block(this, head.bytes(), length, end, connection.peer().maxFrameSize());
    connection.guard().usefulFrame();
  }

  private void checkOutput() throws StreamResetException {
    ErrorCode code = ended;
    if (code != null || outputEnded) {
      throw new StreamResetException(code == null ? ErrorCode.STREAM_CLOSED : code);
    }
  }

  /**
   * Sends what windows and room allow of a body; the head must be out.
   *
   * @return the number of bytes taken, 0 if none are taken now
   * @throws StreamResetException if the stream is over
   */
  public int write(ByteBuffer from) throws StreamResetException {
    checkOutput();
    int taken = 0;
    while (from.hasRemaining()) {
      int most =
          Math.min(
              connection.window().sendable(),
              Math.min(sendWindow, connection.peer().maxFrameSize()));
      int piece = connection.output().data(this, from, most);
      if (piece == 0) {
        break;
      }
      taken += piece;
      sendWindow -= piece;
      connection.window().sent(piece);
      if (piece >= SMALL_PIECE || !from.hasRemaining()) {
        connection.guard().usefulFrame();
      }
    }
    return taken;
  }

  /**
   * Bytes of a body that windows allow now, 0 if there is no room for any, or the stream is over.
   */
  public int room() {
    boolean open = ended == null && !outputEnded && connection.output().hasRoom();
    return open ? Math.max(0, Math.min(sendWindow, connection.window().sendable())) : 0;
  }

  /** Has {@link StreamListener#writable} called once, when something can be written again. */
  public void awaitRoom() {
    awaitsRoom = true;
    queueForRoom();
  }

  private void queueForRoom() {
    if (awaitsRoom && !queuedForRoom && sendWindow > 0 && ended == null) {
      queuedForRoom = true;
      connection.queueForRoom(this);
    }
  }

  /** It is this stream's turn to write. */
  void roomFound() {
    queuedForRoom = false;
    if (awaitsRoom && sendWindow > 0 && ended == null) {
      awaitsRoom = false;
      listener.writable();
    }
  }

  /** Ends the body. */
  public void finish() throws StreamResetException {
    checkOutput();
    ByteBuffer in = lastFrameIn;
    if (in != null && lastFrameFlush == connection.output().flushes()) {
      // It has not begun to go out: the end can be told with it.
      in.put(lastFrameFlags, (byte) (in.get(lastFrameFlags) | Frames.END_STREAM));
    } else {
      connection.output().emptyData(id);
    }
    outputEnded();
  }

  private void outputEnded() {
    outputEnded = true;
    lastFrameIn = null;
    awaitsRoom = false;
    connection.streams().closeIfEnded(this);
  }

  /** The frame that is the last one so far, and where in the buffer its flags are. */
  void lastFrame(ByteBuffer in, int flags, long flush) {
    lastFrameIn = in;
    lastFrameFlags = flags;
    lastFrameFlush = flush;
  }

  /** Ends the stream at once; its listener is told nothing more. Does nothing if it is over. */
  public void reset(ErrorCode code) {
    if (ended == null) {
      listener = Nobody.INSTANCE;
      connection.streams().resetByUs(this, code);
    }
  }

  /** There is no room for what lies here of it. */
  void giveUp() {
    connection.streams().giveUp(this);
  }

  /**
   * The peer may send more, or less.
   *
   * @return whether the window is still a number that may be (RFC 9113, section 6.9.1)
   */
  boolean growWindow(int by) {
    long window = (long) sendWindow + by;
    if (window > Integer.MAX_VALUE) {
      return false;
    }
    sendWindow = (int) window;
    queueForRoom();
    return true;
  }

  // What it is.

  /** The stream is over: after {@link ErrorCode#NO_ERROR} what was received can still be read. */
  void end(ErrorCode code) {
    ended = code;
    awaitsRoom = false;
    if (queuedForRoom) {
      queuedForRoom = false;
      connection.waiting().remove(this);
    }
    lastFrameIn = null;
    input.streamEnded();
  }

  /** How the stream ended; null as long as it has not. */
  @Nullable ErrorCode end() {
    return ended;
  }

  /** Whether the stream is over, in good order or not. */
  public boolean isOver() {
    return ended != null;
  }

  /** Whether nothing but DATA may come (RFC 9113, section 8.5). */
  boolean isTunnel() {
    return tunnel;
  }

  boolean isHeadReceived() {
    return headReceived;
  }

  boolean isOutputEnded() {
    return outputEnded;
  }

  void addHeadBytes(long more) {
    headBytes += more;
  }

  long headBytes() {
    return headBytes;
  }
}
