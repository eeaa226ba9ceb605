package io.undertow.server.protocol.http;

import io.phalanx.node.entrypoint.HeadParser;
import io.phalanx.node.exchange.MemoryBound;
import io.undertow.server.HttpServerExchange;
import java.nio.ByteBuffer;
import org.xnio.OptionMap;

/**
 * Stands in the place of Undertow's class of this name, which its HTTP/1.1 listener makes itself.
 * That one refuses a query that is not well-formed, loses a question mark with nothing behind it,
 * takes path and query apart for nobody, says 400 to whatever it does not like, and copies
 * character by character. This one hands the head to {@link HeadParser}.
 */
final class RequestParser {
  /** A connection may hold so much of a head whatever others hold. */
  private static final int FREE_BYTES = 4096;

  private final int maxBytes;
  private final int maxLines;

  private final MemoryBound memory;

  private RequestParser(int maxBytes, int maxLines, MemoryBound memory) {
    this.memory = memory;
    this.maxBytes = maxBytes;
    this.maxLines = maxLines;
  }

  static RequestParser instance(OptionMap options) {
    return new RequestParser(
        options.get(HeadParser.MAX_BYTES, 0),
        options.get(HeadParser.MAX_LINES, 0),
        options.get(HeadParser.MEMORY));
  }

  /** For the heads of one connection. */
  RequestState newState() {
    return new RequestState(memory.share(FREE_BYTES));
  }

  void handle(ByteBuffer buffer, RequestState state, HttpServerExchange exchange) {
    state.complete = state.parser.parse(buffer, exchange, maxBytes, maxLines);
  }
}
