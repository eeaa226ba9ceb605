package io.phalanx.node.entrypoint;

import io.phalanx.node.exchange.Answer;
import io.phalanx.node.exchange.HeaderLines;
import io.phalanx.node.exchange.ResponseHead;
import io.phalanx.node.exchange.WholeBody;
import io.phalanx.node.http2.ErrorCode;
import io.phalanx.node.http2.Http2Stream;
import io.phalanx.node.http2.StreamListener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The answer to a request that is refused; the others of its connection go on. */
final class RefusedStream implements StreamListener {
  private final Http2Stream stream;
  private final Http2BodySink sink;

  private RefusedStream(Http2Stream stream, Http2BodySink.Head head) {
    this.stream = stream;
    this.sink = new Http2BodySink(stream, head, false, this::ended);
  }

  static void answer(Http2Client client, Http2Stream stream, Answer answer, boolean toHead) {
    var headers = new HeaderLines();
    answer.headers().forEach(field -> headers.set(field.name(), field.value()));
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    var head = new ResponseHead(answer.status(), headers);
    var refused =
        new RefusedStream(
            stream, () -> Http2AnswerHead.send(stream, head, headers, body.length, toHead));
    refused.sink.limitWaiting(client.owner().longestStall(), client.ioThread(), refused::ended);
    stream.listen(refused);
    stream.discardInput();
    new WholeBody(refused.sink, ByteBuffer.wrap(body, 0, toHead ? 0 : body.length), _ -> {}).run();
  }

  private void ended() {
    sink.release();
    stream.reset(ErrorCode.NO_ERROR); // Nobody reads what is left of the request.
  }

  @Override
  public void readable() {}

  @Override
  public void writable() {
    sink.wake();
  }

  @Override
  public void reset(ErrorCode code, boolean byPeer) {
    sink.release();
  }
}
