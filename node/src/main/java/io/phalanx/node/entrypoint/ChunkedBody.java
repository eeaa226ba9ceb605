package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Trailers;
import io.phalanx.node.framing.ChunkedDecoder;
import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The body of a request in the chunked coding, read from the connection itself: Undertow's own
 * decoder takes line ends that others do not, so that two readers could see two requests.
 */
final class ChunkedBody {
  private final HttpServerExchange exchange;
  private final HttpServerConnection connection;
  private final ChunkedDecoder decoder = new ChunkedDecoder();

  ChunkedBody(HttpServerExchange exchange, HttpServerConnection connection) {
    this.exchange = exchange;
    this.connection = connection;
  }

  /** As {@link io.phalanx.node.exchange.BodySource#read}. */
  int read(ByteBuffer into) throws IOException {
    int start = into.position();
    while (!decoder.ended()) {
      int raw = RawBytes.read(connection, into);
      if (raw < 0) {
        throw new EOFException("the client closed the connection within the body");
      }
      if (raw == 0) {
        return 0;
      }
      int length = decode(into, start);
      if (length > 0) {
        return length;
      }
    }
    return -1;
  }

  /** Leaves the data of what was read from {@code start} on there, and gives back the rest. */
  private int decode(ByteBuffer into, int start) throws IOException {
    ByteBuffer coded = into.duplicate().limit(into.position()).position(start);
    decoder.decode(coded);
    if (decoder.ended()) {
      giveBack(into.duplicate().limit(into.position()).position(decoder.end()));
      Connectors.terminateRequest(exchange);
    }
    int length = coded.remaining();
    into.put(start, coded, coded.position(), length);
    into.position(start + length);
    return length;
  }

  /** As {@link io.phalanx.node.exchange.BodySource#trailers}. */
  Trailers trailers() {
    return decoder.trailers();
  }

  /** What came behind the body belongs to the next request. */
  private void giveBack(ByteBuffer behind) {
    while (behind.hasRemaining()) {
      PooledByteBuffer next = connection.getByteBufferPool().allocate();
      ByteBuffer room = next.getBuffer();
      // From the back, as each piece goes in front of what was given back before.
      int length = Math.min(behind.remaining(), room.remaining());
      room.put(behind.slice(behind.limit() - length, length)).flip();
      behind.limit(behind.limit() - length);
      connection.ungetRequestBytes(next);
    }
  }
}
