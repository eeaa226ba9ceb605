package io.phalanx.node.entrypoint;

import io.phalanx.node.entrypoint.AnswerHead.Framing;
import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.ResponseHead;
import io.undertow.server.Connectors;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.xnio.ChannelListener;
import org.xnio.IoUtils;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.StreamSinkConduit;

/**
 * The answer to a request that is refused, written as Traefik does: a page ends with its
 * connection.
 */
final class RefusalAnswer implements ChannelListener<ConduitStreamSinkChannel> {
  private final HttpServerExchange exchange;
  private final HttpServerConnection connection;
  private final boolean closing;
  private final ByteBuffer bytes;

  RefusalAnswer(
      HttpServerExchange exchange, HttpServerConnection connection, RefusedException reason) {
    this.exchange = exchange;
    this.connection = connection;
    this.closing = reason.closing() || !exchange.isRequestComplete();
    if (closing) {
      exchange.setPersistent(false);
    }
    if (reason.closing()) {
      // Whoever sent it does not have to understand the version that it claims.
      exchange.setProtocol(Protocols.HTTP_1_1);
    }
    this.bytes = bytes(reason);
  }

  private ByteBuffer bytes(RefusedException reason) {
    Answer answer = reason.answer();
    var headers = new HeaderLines();
    answer.headers().forEach(field -> headers.set(field.name(), field.value()));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    boolean toHead = exchange.getRequestMethod().equals(Methods.HEAD);
    boolean page = reason.closing() && body.length > 0;
    AnswerHead head = AnswerHead.ofThread();
    int length =
        head.write(
            exchange,
            new ResponseHead(answer.status(), headers),
            headers,
            toHead ? Framing.NONE : page ? Framing.UNTIL_CLOSE : Framing.LENGTH,
            page ? -1 : body.length);
    int bodyLength = toHead ? 0 : body.length;
    return ByteBuffer.allocate(length + bodyLength)
        .put(head.bytes(), 0, length)
        .put(body, 0, bodyLength)
        .flip();
  }

  void send() {
    StreamSinkConduit out = connection.getOriginalSinkConduit();
    try {
      while (bytes.hasRemaining()) {
        if (out.write(bytes) == 0) {
          await();
          return;
        }
      }
      if (!out.flush()) {
        await();
        return;
      }
    } catch (IOException _) {
      IoUtils.safeClose(connection);
      return;
    }
    if (closing) {
      new LingeringClose(connection).start();
    } else {
      Connectors.terminateResponse(exchange);
    }
  }

  private void await() {
    ConduitStreamSinkChannel channel = connection.getChannel().getSinkChannel();
    channel.setWriteListener(this);
    channel.resumeWrites();
  }

  @Override
  public void handleEvent(ConduitStreamSinkChannel channel) {
    channel.suspendWrites();
    send();
  }
}
