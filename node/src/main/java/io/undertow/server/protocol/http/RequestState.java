package io.undertow.server.protocol.http;

import io.phalanx.node.entrypoint.HeadParser;
import io.phalanx.node.exchange.MemoryBound;

/**
 * Stands in the place of Undertow's class of this name: what its HTTP/1.1 listener keeps of a head
 * from one read to the next. See {@link RequestParser}.
 */
final class RequestState {
  final HeadParser parser;
  boolean complete;

  RequestState(MemoryBound.Share memory) {
    this.parser = new HeadParser(memory);
  }

  boolean isComplete() {
    return complete;
  }

  void reset() {
    parser.reset();
    complete = false;
  }
}
