package io.phalanx.node.http2;

import io.phalanx.node.exchange.MemoryBound;
import io.phalanx.node.hpack.HpackDecoder;
import io.phalanx.node.hpack.HpackException;
import io.phalanx.node.http2.Fields.Form;

/**
 * Heads and trailers as they come: put together, decoded whatever becomes of them, because the
 * table is the connection's, and given to their stream.
 */
final class HeadReceiver {
  private final Http2Connection connection;
  private final HpackDecoder decoder;
  private final HeaderBlock block;
  private final Fields fields;

  HeadReceiver(Http2Connection connection, HpackDecoder decoder, MemoryBound.Share memory) {
    Http2Options options = connection.options();
    this.connection = connection;
    this.decoder = decoder;
    this.block = new HeaderBlock(options.maxHeaderBytes(), memory);
    this.fields =
        new Fields(
            options.maxHeaderBytes(), options.maxHeaderFields(), options.acceptConnectProtocol());
  }

  /** Within a head there may be nothing else (RFC 9113, section 4.3). */
  void checkWhole() throws ConnectionException {
    if (block.stream() != 0) {
      throw ConnectionException.protocol("another frame within a head");
    }
  }

  boolean isWithinHead() {
    return block.stream() != 0;
  }

  void headers(int flags, int id, byte[] payload, int from, int to) throws ConnectionException {
    boolean endStream = (flags & Frames.END_STREAM) != 0;
    if ((flags & Frames.END_HEADERS) != 0) {
      decode(id, endStream, payload, from, to);
    } else {
      block.begin(id, endStream);
      block.add(payload, from, to - from);
    }
  }

  void continuation(int flags, int id, byte[] payload, int length) throws ConnectionException {
    if (block.stream() != id || id == 0) {
      throw ConnectionException.protocol("a CONTINUATION of nothing");
    }
    block.add(payload, 0, length);
    if ((flags & Frames.END_HEADERS) != 0) {
      byte[] bytes = block.bytes();
      int end = block.length();
      block.end();
      decode(id, block.endsStream(), bytes, 0, end);
    }
  }

  private void decode(int id, boolean end, byte[] bytes, int from, int to)
      throws ConnectionException {
    Http2Stream stream = connection.streams().get(id);
    Form form;
    if (stream == null) {
      form =
          connection.isServer() && connection.streams().isIdle(id) ? Form.REQUEST : Form.TRAILERS;
    } else {
      form = stream.isHeadReceived() ? Form.TRAILERS : Form.ANSWER;
    }
    fields.begin(form);
    try {
      decoder.decode(bytes, from, to, fields);
    } catch (HpackException e) {
      throw new ConnectionException(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
    }
    fields.end();
    if (stream != null) {
      connection.guard().usefulFrame();
      known(stream, form, end);
    } else if (form == Form.REQUEST) {
      connection.guard().usefulFrame();
      connection.streams().opens(id, fields, end);
    } else {
      late(id);
    }
  }

  /** The stream is not open any more, or never was. */
  private void late(int id) throws ConnectionException {
    connection.streams().checkNotIdle(id);
    if (!connection.streams().isIgnored(id)) {
      throw new ConnectionException(ErrorCode.STREAM_CLOSED, "a head on a stream that is closed");
    }
    connection.guard().idleFrame();
  }

  private void known(Http2Stream stream, Form form, boolean end) throws ConnectionException {
    if (stream.isInputEnded()) {
      connection.streams().error(stream.id(), stream, ErrorCode.STREAM_CLOSED);
    } else if (fields.malformed() != null) {
      connection.streams().error(stream.id(), stream, ErrorCode.PROTOCOL_ERROR);
    } else if (fields.isTooLarge()) {
      connection.streams().error(stream.id(), stream, ErrorCode.ENHANCE_YOUR_CALM);
    } else if (form == Form.TRAILERS) {
      if (!end || stream.isTunnel() || !stream.input().isLengthKept()) {
        connection.streams().error(stream.id(), stream, ErrorCode.PROTOCOL_ERROR);
        return;
      }
      if (!connection.streams().hasRoom(stream, fields)) {
        connection.streams().error(stream.id(), stream, ErrorCode.ENHANCE_YOUR_CALM);
        return;
      }
      stream.input().trailers(fields);
      connection.streams().closeIfEnded(stream);
    } else {
      answer(stream, end);
    }
  }

  private void answer(Http2Stream stream, boolean end) throws ConnectionException {
    if (fields.status() < 200) {
      if (end) {
        connection.streams().error(stream.id(), stream, ErrorCode.PROTOCOL_ERROR);
      } else {
        stream.listener().interim(fields);
      }
      return;
    }
    stream.received(fields, end);
    if (end && !stream.input().isLengthKept()) {
      connection.streams().error(stream.id(), stream, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    stream.listener().answered(fields);
    if (end && !stream.isOver()) {
      stream.listener().readable();
      connection.streams().closeIfEnded(stream);
    }
  }
}
